/** Nodes in two subnets with a router between them. */
import test from "ava";
import { encapsulatesBetweenSubnetsOnly, leafAndSpine, racks } from "./cross-subnet.ts";

test("without encapsulation pods of two racks reach each other through the router, without NAT", async (t) => {
  await using lab = await racks("bridge");
  const { pods } = await lab.status();
  const [from, to] = ["pod/on-a1", "pod/on-b1"] as const;
  const { ok, attempts } = await lab.probe({ kind: "tcp", from, to: `${to}:80` });
  t.true(ok);
  const own = pods.find(({ name }) => name === "on-a1")?.podIP;
  t.is(attempts[0]?.serverSaw?.source.address, own);
  const trace = await lab.probe({ kind: "traceroute", from, to });
  t.is(trace.attempts[0]?.hops?.length, 4, "its node, the router, the other node, the pod");
});

for (const { plugin, hops } of [
  {
    plugin: "bridge",
    hops: ["10.244.0.1", "192.168.1.1", "10.255.0.1", "10.255.0.3", "192.168.2.11"],
  },
  // In the tunnel nobody sees the routers.
  { plugin: "flannel", hops: ["10.244.0.1", "10.244.2.0"] },
]) {
  test.serial(`${plugin}: three routers in a row know the way without BGP`, async (t) => {
    await using lab = await racks(plugin, leafAndSpine);
    const [from, to] = ["pod/on-a1", "pod/on-b1"] as const;
    const { attempts } = await lab.probe({ kind: "traceroute", from, to });
    const seen = attempts[0]?.hops?.map(({ address = "*" }) => `${address}`) ?? [];
    t.deepEqual(seen.slice(0, -1), hops);
    t.true((await lab.probe({ kind: "tcp", from, to: `${to}:80` })).ok);
  });
}

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
