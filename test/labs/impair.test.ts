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
