import test from "ava";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { staticRoutes, wayTo } from "./router-ways.ts";

/** `rack-a=10.1.0.1`: eth0, eth1, … in this order. */
function router(name: string, ...interfaces: readonly string[]) {
  return {
    name,
    interfaces: interfaces.map((text) => {
      const [subnet = "", address = ""] = text.split("=");
      return { subnet, address: ipAddress(address) };
    }),
  };
}

// rack-a ── tor1 ── spine ── tor2 ── rack-b, and a longer way round by way of `detour`.
const tor1 = router("tor1", "rack-a=10.1.0.1", "link1=10.255.0.0", "long1=10.255.1.0");
const tor2 = router("tor2", "rack-b=10.2.0.1", "link2=10.255.0.2", "long3=10.255.1.5");
const spine = router("spine", "link1=10.255.0.1", "link2=10.255.0.3");
const detour1 = router("detour1", "long1=10.255.1.1", "long2=10.255.1.2");
const detour2 = router("detour2", "long2=10.255.1.3", "long3=10.255.1.4");
const routers = [detour1, detour2, tor1, tor2, spine];

for (const { from, to, way } of [
  { from: tor1, to: "rack-a", way: "eth0" },
  { from: tor1, to: "rack-b", way: "eth1 10.255.0.1" },
  { from: spine, to: "rack-a", way: "eth0 10.255.0.0" },
  { from: spine, to: "rack-b", way: "eth1 10.255.0.2" },
  { from: detour1, to: "rack-b", way: "eth1 10.255.1.3" },
  { from: tor1, to: "nowhere", way: "none" },
]) {
  test(`from ${from.name} to ${to} there is: ${way}`, (t) => {
    const found = wayTo(to, from, routers);
    const said = found === undefined ? "none" : [found.device, found.via ?? ""].join(" ").trim();
    t.is(said, way);
  });
}

test("a router has a route to each subnet but its own", (t) => {
  const subnets = [
    { name: "rack-a", cidr: cidr("10.1.0.0/24") },
    { name: "rack-b", cidr: cidr("10.2.0.0/24") },
    { name: "link1", cidr: cidr("10.255.0.0/31") },
    { name: "link2", cidr: cidr("10.255.0.2/31") },
  ];
  const routes = staticRoutes(tor1, routers, subnets).map(
    ({ to, via, device }) => `${to && formatCidr(to)} via ${via} dev ${device}`,
  );
  t.deepEqual(routes, [
    "10.2.0.0/24 via 10.255.0.1 dev eth1",
    "10.255.0.2/31 via 10.255.0.1 dev eth1",
  ]);
});
