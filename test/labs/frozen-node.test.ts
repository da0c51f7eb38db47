/** What a node does wrong that does not know yet. */
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

test("every scenario of the frozen node holds", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = "topologies/frozen-node.yaml";
  const { exitCode, stdout } = await runPodwire(["test", file, "--output", folder.path]);
  t.is(exitCode, 0, stdout);
});
