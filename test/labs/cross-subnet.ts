/** Two racks with a router between them, and networks that encapsulate only there: both ways in one lab. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { ExecutionContext } from "ava";
import { type Lab, up } from "../../src/index.ts";
import { ScratchFolder } from "./scratch-folder.ts";

export interface CrossSubnet {
  /** As written under `network:`. */
  readonly plugin: string;
  /** A display filter. */
  readonly tunnel: string;
  /** Hops of a traceroute to the other rack, without the pod itself; `*` where nobody answers. */
  readonly hops: readonly string[];
}

const oneRouter = `
    routers:
      - {name: router, addresses: {rack-a: 192.168.1.1, rack-b: 192.168.2.1}}`;

/** Three in a row. */
export const leafAndSpine = `
    routers:
      - {name: tor-a, addresses: {rack-a: 192.168.1.1}}
      - {name: tor-b, addresses: {rack-b: 192.168.2.1}}
      - {name: spine}
    links:
      - {between: [tor-a, spine], cidr: 10.255.0.0/31}
      - {between: [spine, tor-b], cidr: 10.255.0.2/31}`;

const topology = (plugin: string, between: string): string => `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: cross-subnet}
spec:
  nodes:
    - {name: a1, address: 192.168.1.11}
    - {name: a2, address: 192.168.1.12}
    - {name: b1, address: 192.168.2.11}
  underlay:
    subnets:
      - {name: rack-a, cidr: 192.168.1.0/24}
      - {name: rack-b, cidr: 192.168.2.0/24}${between}
  network: {plugin: ${plugin}}
  dns: {enabled: false}
${["a1", "a2", "b1"].map(pod).join("")}`;

/** Nodes a1, a2 and b1, on each a pod `on-…`. `plugin` as written under `network:`. */
export async function racks(plugin: string, between: string = oneRouter): Promise<Lab> {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "cross-subnet.yaml");
  await writeFile(file, topology(plugin, between));
  return await up(file);
}

function pod(node: string): string {
  return `---
apiVersion: v1
kind: Pod
metadata: {name: on-${node}}
spec:
  nodeName: ${node}
  containers: [{name: web, image: web, ports: [{containerPort: 80}]}]
`;
}

export async function encapsulatesBetweenSubnetsOnly(
  t: ExecutionContext,
  { plugin, tunnel, hops }: CrossSubnet,
): Promise<void> {
  await using lab = await racks(plugin);
  await using capture = await lab.capture(["node/a1"]);
  for (const to of ["pod/on-a2", "pod/on-b1"]) {
    t.true((await lab.probe({ kind: "ping", from: "pod/on-a1", to })).ok, to);
  }
  const request = "icmp.type == 8";
  const tunnelled = await capture.packets(`${request} && ${tunnel}`);
  t.is(tunnelled.length, 1, "to the other rack, in the tunnel");
  t.is((await capture.packets(`${tunnel} && ip.dst == 192.168.1.12`)).length, 0);
  t.is((await capture.packets(request)).length, 2, "within the rack, as it was sent");
  const trace = await lab.probe({ kind: "traceroute", from: "pod/on-a1", to: "pod/on-b1" });
  const seen = trace.attempts[0]?.hops?.map(({ address = "*" }) => `${address}`) ?? [];
  t.deepEqual(seen.slice(0, -1), hops);
}
