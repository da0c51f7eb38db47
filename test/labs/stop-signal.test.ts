/** `lifecycle.stopSignal`: what a program is asked with to end. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import type { ContainerStatus, Pod } from "../../src/api/objects/pod.ts";
import { until } from "../../src/base/until.ts";
import { type KubeObject, up } from "../../src/index.ts";
import { patience } from "../patience.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const topology = `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: stop-signal}
spec:
  nodes: [{name: node01}]
  dns: {enabled: false}
  images: {web: {command: [sh, -c, "trap 'exit 7' USR1; > /data/sick; while :; do sleep 0.1; done"]}}
`;

/** Its program falls sick as soon as it can be asked to end, and its liveness probe has it asked. */
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "default" },
  spec: {
    os: { name: "linux" },
    restartPolicy: "Never",
    containers: [
      {
        name: "web",
        image: "web",
        lifecycle: { stopSignal: "SIGUSR1" },
        livenessProbe: {
          exec: { command: ["test", "!", "-e", "/data/sick"] },
          periodSeconds: 1,
          failureThreshold: 1,
        },
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
    ],
    volumes: [{ name: "data", emptyDir: {} }],
  },
} as KubeObject;

test("a program is asked to end with the signal that its manifest names", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "lab.yaml");
  await writeFile(file, topology);
  await using lab = await up(file);
  await lab.apply(pod);
  const ended = async (): Promise<ContainerStatus | undefined> => {
    // The kind that was asked for.
    const [found] = (await lab.get("Pod", { namespace: "default", name: "web" })) as readonly Pod[];
    const [own] = found?.status?.containerStatuses ?? [];
    return own?.state.terminated && own;
  };
  const status = await until(ended, { intervalMs: 20, signal: patience(20_000) });
  t.is(status.state.terminated?.exitCode, 7);
  t.is(status.stopSignal, "SIGUSR1");
});
