/** Nodes in two subnets with a router between them, and the pod network that encapsulates nothing. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { up } from "../../src/index.ts";
import { encapsulatesBetweenSubnetsOnly } from "./cross-subnet.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const TOPOLOGY = `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: racks}
spec:
  nodes:
    - {name: a1, address: 192.168.1.11}
    - {name: b1, address: 192.168.2.11}
  underlay:
    subnets:
      - {name: rack-a, cidr: 192.168.1.0/24}
      - {name: rack-b, cidr: 192.168.2.0/24}
    routers:
      - {name: router, addresses: {rack-a: 192.168.1.1, rack-b: 192.168.2.1}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: web, ports: [{containerPort: 80}]}
`;

test("pods of two racks reach each other through the router, without NAT", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "racks.yaml");
  await writeFile(file, TOPOLOGY);
  await using lab = await up(file);
  const { pods } = await lab.status();
  const [one, other] = ["a1", "b1"].map((node) => pods.find((pod) => pod.node === node));
  if (one === undefined || other === undefined) return t.fail("a pod on each node");
  const from = `pod/default/${one.name}`;
  const { ok, attempts } = await lab.probe({ kind: "tcp", from, to: `${other.podIP}:80` });
  t.true(ok);
  t.is(attempts[0]?.serverSaw?.source.address, one.podIP);
  const trace = await lab.probe({ kind: "traceroute", from, to: other.podIP });
  t.is(trace.attempts[0]?.hops?.length, 4, "its node, the router, the other node, the pod");
});

for (const { title, ...network } of [
  {
    title: "Calico's VXLANCrossSubnet",
    plugin: "{name: calico, encapsulation: VXLANCrossSubnet}",
    tunnel: "vxlan.vni == 4096",
    hops: ["192.168.1.11", "10.244.47.0"],
  },
  {
    title: "flannel's directRouting",
    plugin: "{name: flannel, directRouting: true}",
    tunnel: "vxlan.vni == 1",
    hops: ["10.244.0.1", "10.244.2.0"],
  },
]) {
  test.serial(`${title} encapsulates between subnets, and not within one`, (t) =>
    encapsulatesBetweenSubnetsOnly(t, network),
  );
}
