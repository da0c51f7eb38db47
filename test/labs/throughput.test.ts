/** What a wire carries, measured where it is slowed down and where it is not. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const SCENARIOS = `---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: "a link of 8 Mbit/s carries no more than that, in the direction that is slow"}
spec:
  steps:
    - impair: {at: "node/node02:eth0", direction: in, rate: 8mbit}
    - probe: {from: node/node01, throughput: "deploy/default/web:80"}
      expect: {throughput: {atLeast: 100kbit, atMost: 10mbit}, serverSaw: {pod: deploy/default/web}}
    - heal: {link: "node/node02:eth0"}
    # A busy machine is slow as well, but not as slow as that.
    - probe: {from: node/node01, throughput: "deploy/default/web:80", duration: 500ms}
      expect: {throughput: {atLeast: 12mbit}}
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: "where nothing listens, throughput fails as a connection does"}
spec:
  steps:
    - probe: {from: node/node01, throughput: "node/node02:9"}
      expect: {reason: refused}
`;

test("throughput shows what a link carries", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "throughput.yaml");
  const topology = await readFile(path.resolve("test/labs/fixtures/faults.yaml"), "utf8");
  await writeFile(file, topology + SCENARIOS);
  const { exitCode, stdout } = await runPodwire(["test", "--output", folder.path, file]);
  t.is(exitCode, 0, stdout);
});
