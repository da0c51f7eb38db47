/**
 * Links that are slow and lossy, and probes that notice.
 *
 * needs: impair
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const SCENARIOS = `---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: "a delay is what a ping measures, in each direction by itself"}
spec:
  steps:
    - impair: {at: "node/node01:eth0", delay: 300ms}
    - probe: {from: host/laptop, ping: node/node01, timeout: 10s}
      expect: {ok: true, latency: {atLeast: 600ms}}
    - impair: {at: "node/node01:eth0", direction: in, delay: 0ms}
    - probe: {from: host/laptop, ping: node/node01, timeout: 10s}
      expect: {ok: true, latency: {atLeast: 300ms}}
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: one value changes and the others stay}
spec:
  steps:
    - impair: {at: "node/node01:eth0", direction: out, delay: 50ms, loss: 1%}
    - impair: {at: "node/node01:eth0", direction: out, loss: 100%}
    - exec: {at: node/node01, command: [tc, qdisc, show, dev, eth0]}
      expect: {stdout: {matches: "delay 50ms.*loss 100%"}}
    - probe: {from: node/node01, ping: node/node02, timeout: 1s}
      expect: {ok: false, reason: timed out}
    - heal: {link: "node/node01:eth0"}
    - probe: {from: node/node01, ping: node/node02, timeout: 10s}
      expect: {ok: true}
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: a packet that is duplicated arrives twice}
spec:
  steps:
    - capture: "node/node02:eth0"
    - impair: {at: "node/node01:eth0", direction: out, duplicate: 100%}
    - probe: {from: node/node01, ping: node/node02, timeout: 10s}
    - packets: {where: icmp.type == 8, within: 10s, expect: 2}
    - heal: {link: "node/node01:eth0"}
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: what is corrupted is refused by its checksum}
spec:
  steps:
    - impair: {at: "node/node01:eth0", direction: out, corrupt: 100%}
    # One bit of 11536: of three such packets two lose it in the 48 that nobody checks, the sender's MAC address, once in 20,000 runs.
    - probe: {from: node/node01, ping: node/node02, size: 1400, count: 3, timeout: 200ms}
      expect: {answered: {atMost: 1}}
    - exec: {at: node/node02, command: "grep ^Icmp: /proc/net/snmp"}
      # InMsgs, InErrors, InCsumErrors.
      expect: {stdout: {matches: 'Icmp: \\d+ \\d+ [1-9]'}}
    - heal: {link: "node/node01:eth0"}
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: "reordered packets overtake those that are delayed, and with jitter each has a delay of its own"}
spec:
  steps:
    # All twelve the same: once in 2,000 runs.
    - impair: {at: "node/node01:eth0", direction: out, delay: 5s, reorder: 50%}
    - probe: {from: node/node01, ping: node/node02, count: 12, timeout: 500ms}
      expect: {answered: {atLeast: 1, atMost: 11}}
    - heal: {link: "node/node01:eth0"}
    # Between nothing and 2 s.
    - impair: {at: "node/node01:eth0", direction: out, delay: 1s, jitter: 1s}
    - probe: {from: node/node01, ping: node/node02, count: 12, timeout: 1s}
      expect: {answered: {atLeast: 1, atMost: 11}}
`;

test("what is done to a link shows in what passes it", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "impair.yaml");
  const topology = await readFile(path.resolve("test/labs/fixtures/faults.yaml"), "utf8");
  await writeFile(file, topology + SCENARIOS);
  const { exitCode, stdout } = await runPodwire(["test", "--output", folder.path, file], {
    timeoutMs: 280_000,
  });
  t.is(exitCode, 0, stdout);
});
