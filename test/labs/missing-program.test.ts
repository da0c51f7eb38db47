/** An image that a program of this machine stands in for, which it does not have. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { up } from "../../src/index.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const topology = `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: missing-program}
spec:
  nodes: [{name: node01}]
  dns: {enabled: false}
  images: {redis: {command: [no-such-redis]}}
---
apiVersion: v1
kind: Pod
metadata: {name: redis}
spec: {containers: [{name: redis, image: redis}]}
`;

test("its pod is never ready, not for a moment, and up says why while it waits", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "lab.yaml");
  await writeFile(file, topology);
  const enough = new AbortController();
  const told: string[] = [];
  await t.throwsAsync(
    up(file, {
      signal: enough.signal,
      onEvent: (event) => {
        if (event.type === "pod-ready") told.push(event.pod);
        if (event.type !== "warning") return;
        told.push(event.message);
        enough.abort();
      },
    }),
    { any: true },
  );
  t.deepEqual(told, [
    'pod default/redis: Error: exec: "no-such-redis": executable file not found in $PATH',
  ]);
});
