/** Wires and nodes that break and mend, by the command line. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

/** Runs steps in the lab of fixtures/faults.yaml. */
async function runSteps(steps: string): Promise<{ exitCode: number | undefined; stdout: string }> {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "faults.yaml");
  const topology = await readFile(path.resolve("test/labs/fixtures/faults.yaml"), "utf8");
  const head =
    "apiVersion: podwire.dev/v1alpha1\nkind: Scenario\nmetadata: {name: it shows}\nspec:\n  steps:\n";
  await writeFile(file, `${topology}---\n${head}${steps}`);
  const { exitCode, stdout } = await runPodwire(["test", "--output", folder.path, file]);
  return { exitCode, stdout };
}

const cases = [
  {
    title: "a machine whose cable is cut is not reached, and is again once it is mended",
    steps: `    - probe: {from: host/laptop, ping: node/node01}
      expect: {ok: true}
    - fail: {link: "node/node01:eth0"}
    - probe: {from: host/laptop, ping: node/node01, timeout: 300ms}
      expect: {ok: false}
    - heal: {link: "node/node01:eth0"}
    - probe: {from: host/laptop, ping: node/node01, timeout: 5s}
      expect: {ok: true}
`,
  },
  {
    title: "a pod's cable can be cut and mended, routes and all",
    steps: `    - fail: {link: "deploy/default/web:eth0"}
    - probe: {from: node/node01, tcp: "deploy/default/web:80", timeout: 300ms}
      expect: {ok: false}
    - heal: {link: "deploy/default/web:eth0"}
    - probe: {from: node/node01, tcp: "deploy/default/web:80", timeout: 5s}
      expect: {ok: true}
`,
  },
  {
    title: "a node without power is unreachable, and comes back",
    steps: `    - fail: {node: node02}
    - probe: {from: node/node01, ping: node/node02, timeout: 300ms}
      expect: {ok: false}
    - heal: {node: node02}
    - probe: {from: node/node01, ping: node/node02, timeout: 5s}
      expect: {ok: true}
    - wait: {ready: node/node02, within: 20s}
    - probe: {from: node/node01, tcp: "deploy/default/web:80", timeout: 5s}
      expect: {ok: true}
`,
  },
  {
    title: "a rate can be limited on every kernel, and be lifted",
    steps: `    - impair: {at: "node/node01:eth0", direction: out, rate: 1mbit}
    - exec: {at: node/node01, command: [tc, qdisc, show, dev, eth0]}
      expect: {stdout: {contains: "rate 1Mbit"}}
    - heal: {link: "node/node01:eth0"}
    - exec: {at: node/node01, command: [tc, qdisc, show, dev, eth0]}
      expect: {stdout: {matches: "^(?![^]*rate)"}}
`,
  },
];

for (const { title, steps } of cases) {
  test.serial(title, async (t) => {
    const { exitCode, stdout } = await runSteps(steps);
    t.is(exitCode, 0, stdout);
  });
}
