/** Programs that end soon after their start: a pod without a readiness probe is ready for the moment in which one ran. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { up } from "../../src/index.ts";
import { ScratchFolder } from "./scratch-folder.ts";

/** Without DNS: nothing else is there to wait for. */
function topology(script: string): string {
  return `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: short-lived}
spec:
  nodes: [{name: node01}]
  dns: {enabled: false}
  images: {short: {command: [sh, -c, ${JSON.stringify(script)}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: short}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: short, image: short, volumeMounts: [{name: data, mountPath: /data}]}]
  volumes: [{name: data, emptyDir: {}}]
`;
}

test("a lab whose program ends at once is not up, and up says so while it waits", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "lab.yaml");
  await writeFile(file, topology("echo no configuration >&2; exit 1"));
  const enough = new AbortController();
  const told: string[] = [];
  await t.throwsAsync(
    up(file, {
      signal: enough.signal,
      onEvent: (event) => {
        if (event.type !== "warning") return;
        told.push(event.message);
        enough.abort();
      },
    }),
    { any: true },
  );
  t.is(told.length, 1);
  t.regex(told[0] ?? "", /^pod default\/short: Back-off restarting failed container short in pod /);
});

test("a lab whose program has ended once is up when it runs again", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "lab.yaml");
  await writeFile(file, topology("test -e /data/ran && exec sleep infinity; > /data/ran; exit 1"));
  await using lab = await up(file);
  const [pod] = (await lab.status()).pods;
  t.is(pod?.restarts, 1);
  t.is(pod?.status, "Running");
});
