/** What a node does wrong that does not know yet. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

test("every scenario of the frozen node holds", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = "topologies/frozen-node.yaml";
  const { exitCode, stdout } = await runPodwire(["test", file, "--output", folder.path]);
  t.is(exitCode, 0, stdout);
});

const scenario = `
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: only the node that stands still refuses}
spec:
  steps:
    - fail: {component: kube-proxy@node02}
    - during:
        probe: {from: node/node01, tcp: svc/default/web}
        every: 10ms
        steps:
          - rollout: {deployment: default/web, within: 60s}
          # The last of the old pods have two seconds more.
          - exec: {at: host/laptop, command: [sleep, "3"]}
    - probe: {from: host/laptop, tcp: "node/node02:30080", count: 5, timeout: 500ms}
      expect: {ok: false}
    - probe: {from: host/laptop, tcp: "node/node01:30080", count: 5}
    - heal: {component: kube-proxy@node02}
    - wait: {rules: node02}
    - probe: {from: host/laptop, tcp: "node/node02:30080", count: 5}
`;

test("a rolling update that one node does not hear of fails there, and nowhere else", async (t) => {
  t.timeout(120_000);
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "rolling-update.yaml");
  const written = await readFile("topologies/rolling-update.yaml", "utf8");
  const topology = written.slice(
    0,
    written.indexOf("apiVersion: podwire.dev/v1alpha1\nkind: Scenario"),
  );
  await writeFile(file, topology + scenario);
  const { exitCode, stdout } = await runPodwire(["test", file, "--output", folder.path]);
  t.is(exitCode, 0, stdout);
});
