/** The two traceroutes that the article shows, from a master to a pod of another node: over Weave, and over Calico in a tunnel. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { up } from "../../src/index.ts";
import { addressAt, cidr, contains } from "../../src/net/cidr.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const topology = (podCIDR: string, plugin: string): string => `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: listings}
spec:
  nodes: [{name: master1, roles: [control-plane]}, {name: node01}, {name: node02}]
  network: {podCIDR: ${podCIDR}, plugin: ${plugin}}
  dns: {enabled: false}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeName: node02
  containers: [{name: web, image: web}]
`;

async function listing(
  podCIDR: string,
  plugin: string,
): Promise<{ readonly hops: readonly string[]; readonly pod: string }> {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "listings.yaml");
  await writeFile(file, topology(podCIDR, plugin));
  await using lab = await up(file);
  const [{ podIP: pod = "" } = {}] = (await lab.status()).pods;
  const aim = { kind: "traceroute", from: "node/master1", to: "pod/web" } as const;
  const { attempts } = await lab.probe(aim);
  const hops = attempts[0]?.hops?.map(({ address = "*" }) => `${address}`) ?? [];
  return { hops, pod };
}

test.serial("over Weave there is one line: the pod", async (t) => {
  const { hops, pod } = await listing("10.32.0.0/12", "weave");
  t.deepEqual(hops, [pod]);
  // Of the third of three peers, as 10.47.0.8 is.
  t.true(contains(cidr("10.44.0.0/14"), ipAddress(pod)));
});

test.serial(
  "over Calico there are two: the first address of the other node's block, and the pod",
  async (t) => {
    const { hops, pod } = await listing("172.16.0.0/16", "{name: calico, encapsulation: VXLAN}");
    t.is(hops.length, 2);
    const [first = "", last] = hops;
    t.is(last, pod);
    const block = cidr(`${first}/26`);
    t.is(`${addressAt(block, 0)}`, first, "the first of its block");
    t.true(contains(block, ipAddress(pod)));
  },
);
