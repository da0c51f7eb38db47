/** Nodes 192.168.0.0/24; pods 10.32.0.0/12, one network over all of them. */
import test from "ava";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { startPeers } from "./peers.ts";
import { planNode } from "./plan-node.ts";
import { hostEndOf, planPod } from "./plan-pod.ts";
import { divideRange } from "./ring.ts";
import { WeaveIpam } from "./weave-ipam.ts";
import { shortIds } from "./weave-network.ts";

const range = cidr("10.32.0.0/12");
const nodes = ["192.168.0.14", "192.168.0.16", "192.168.0.18"].map((address, index) => ({
  name: `node0${index}`,
  address: ipAddress(address),
}));

for (const { peers, parts } of [
  { peers: 0, parts: [] },
  { peers: 1, parts: ["10.32.0.0/12"] },
  { peers: 2, parts: ["10.32.0.0/13", "10.40.0.0/13"] },
  { peers: 3, parts: ["10.32.0.0/13", "10.40.0.0/14", "10.44.0.0/14"] },
  { peers: 4, parts: ["10.32.0.0/14", "10.36.0.0/14", "10.40.0.0/14", "10.44.0.0/14"] },
]) {
  test(`${peers} peers share the range as ${parts.join(", ") || "nobody's"}`, (t) => {
    t.deepEqual(divideRange(range, peers).map(formatCidr), parts);
  });
}

test("each bridge has the first address of its peer's part, and never the network's own", (t) => {
  const peers = startPeers(nodes, range).map(({ peer }) => peer.bridgeAddress);
  t.deepEqual(peers.map(String), ["10.32.0.1", "10.40.0.0", "10.44.0.0"]);
});

test("a pod gets the lowest free address, also one that another has left", (t) => {
  const ipam = new WeaveIpam(cidr("10.40.0.0/30"), range);
  t.deepEqual(
    ["a", "b", "c"].map((owner) => `${ipam.allocate(owner)}`),
    ["10.40.0.0", "10.40.0.1", "10.40.0.2"],
  );
  ipam.release("b");
  t.is(`${ipam.allocate("d")}`, "10.40.0.1");
  t.is(`${ipam.allocate("a")}`, "10.40.0.0");
  ipam.allocate("e");
  t.throws(() => ipam.allocate("f"), { code: "IPAM_EXHAUSTED" });
});

test("the last address of the range is its broadcast address", (t) => {
  const ipam = new WeaveIpam(cidr("10.47.255.254/31"), range);
  t.is(`${ipam.allocate("a")}`, "10.47.255.254");
  t.throws(() => ipam.allocate("b"), { code: "IPAM_EXHAUSTED" });
});

test("a thousand peers have a thousand numbers of twelve bits", (t) => {
  const ids = shortIds(Array.from({ length: 1_000 }, (_, index) => `node${index}`));
  t.is(new Set(ids).size, 1_000);
  t.true(ids.every((id) => id > 0 && id < 4_096));
});

const names = nodes.map(({ name }) => name);

test("what one peer sends is what the other accepts, and the way back has another number", (t) => {
  const peers = startPeers(nodes, range).map(({ peer }) => peer);
  const network = { mode: "fastdp", podCIDR: range, mtu: undefined, peers } as const;
  const [first, second] = peers.map((peer) => planNode(peer, network, names));
  const accepts = (plan: typeof first, index: number) =>
    plan?.links?.flatMap((link) => (link.type === "vxlan" ? [link.vni] : []))[index];
  // node00's first device leads to node01; so does node01's first to node00.
  t.is(first?.fdb?.[0]?.vni, accepts(second, 0));
  t.is(second?.fdb?.[0]?.vni, accepts(first, 0));
  t.not(first?.fdb?.[0]?.vni, second?.fdb?.[0]?.vni);
  const [a, b] = peers;
  t.is(first?.fdb?.[0]?.vni, ((b?.shortId ?? 0) << 12) | (a?.shortId ?? 0));
});

test("a tunnel keeps its name while other peers come and go", (t) => {
  const peers = startPeers(nodes, range).map(({ peer }) => peer);
  const network = { mode: "fastdp", podCIDR: range, mtu: undefined, peers } as const;
  const [first, , third] = peers;
  if (first === undefined || third === undefined) return t.fail("three peers");
  const devices = (members: readonly string[]) =>
    planNode(first, network, members).fdb?.map(({ device }) => device);
  t.deepEqual(devices(names), ["vxlan-6784-1", "vxlan-6784-2"]);
  t.deepEqual(devices([first.name, third.name]), ["vxlan-6784-2"]);
});

test("a tunnel shares its copies with nobody: its port is isolated", (t) => {
  const peers = startPeers(nodes, range).map(({ peer }) => peer);
  const [peer] = peers;
  t.truthy(peer);
  if (peer === undefined) return;
  const plan = planNode(peer, { mode: "fastdp", podCIDR: range, mtu: undefined, peers }, names);
  const tunnels = plan.links?.filter(({ type }) => type === "vxlan") ?? [];
  t.is(tunnels.length, 2);
  for (const tunnel of tunnels) {
    t.like(tunnel, {
      ...{ master: "datapath", isolated: true, learning: false, port: 6784 },
      ...{ ttl: 64, dontFragment: true, udpChecksum: false, mtu: 1376 },
    });
  }
});

test("a pod is in the whole range, and its gateway is its own node's bridge", (t) => {
  const peers = startPeers(nodes, range).map(({ peer }) => peer);
  const peer = peers[1];
  t.truthy(peer);
  if (peer === undefined) return;
  const pod = {
    ...{ namespace: "vote", name: "redis-1", netns: "vote.redis-1" },
    address: ipAddress("10.40.0.1"),
  };
  const plan = planPod(peer, pod, { mode: "fastdp", podCIDR: range, mtu: undefined, peers });
  t.is(formatCidr(plan.addresses?.[0]?.address ?? range), "10.40.0.1/12");
  t.deepEqual(plan.routes, [{ via: ipAddress("10.40.0.0"), device: "eth0" }]);
  t.regex(hostEndOf(pod), /^vethwepl[0-9a-f]{7}$/);
});
