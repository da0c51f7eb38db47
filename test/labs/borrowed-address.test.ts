/** Calico when no block is left: sixteen addresses in blocks of four, of which one node has three and the other one. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { type Lab, up } from "../../src/index.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const workload = (name: string, node: string, replicas: number): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      nodeName: ${node}
      containers: [{name: web, image: web}]
`;

const borrower = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "borrower", namespace: "default" },
  spec: { nodeName: "node02", containers: [{ name: "web", image: "web" }] },
};

const topology = (encapsulation: string, few: number): string => `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: borrowed}
spec:
  nodes: [{name: node01}, {name: node02}]
  network:
    podCIDR: 10.244.0.0/28
    nodeCIDRMaskSize: 29
    plugin: {name: calico, encapsulation: ${encapsulation}, blockSize: 30}
  dns: {enabled: false}
${workload("many", "node01", 10)}${workload("few", "node02", few)}`;

for (const { encapsulation, few } of [
  // A tunnel has an address as well.
  { encapsulation: "VXLAN", few: 3 },
  { encapsulation: "None", few: 4 },
]) {
  test.serial(
    `an address that is borrowed has a way of its own, until it is given back (${encapsulation})`,
    async (t) => {
      await using folder = await ScratchFolder.create();
      const file = path.join(folder.path, "borrowed.yaml");
      await writeFile(file, topology(encapsulation, few));
      await using lab = await up(file);
      const before = await routes(lab);
      await lab.apply(borrower);
      await lab.settled();
      const meanwhile = await until(
        () => routes(lab),
        (now) => now !== before,
      );
      t.is(meanwhile.split("\n").length, before.split("\n").length + 1);
      await lab.delete("Pod", { namespace: "default", name: "borrower" });
      t.is(
        await until(
          () => routes(lab),
          (now) => now === before,
        ),
        before,
      );
    },
  );
}

/** What node01 knows of single addresses elsewhere. */
async function routes(lab: Lab): Promise<string> {
  const { stdout } = await lab.exec("node/node01", [
    "sh",
    "-c",
    "ip route | grep ' via 1' | grep -v /",
  ]);
  return stdout;
}

/** BIRD takes a moment to tell. */
async function until(
  read: () => Promise<string>,
  isDone: (text: string) => boolean,
): Promise<string> {
  for (let tries = 0; ; tries++) {
    const text = await read();
    if (isDone(text) || tries > 200) return text;
  }
}
