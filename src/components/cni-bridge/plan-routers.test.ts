import test from "ava";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { defaultBridgeOptions } from "./bridge-network.ts";
import { planNode } from "./plan-node.ts";
import { planRouters } from "./plan-routers.ts";

const node = (name: string, address: string, subnet: string, podCIDR: string) => ({
  name,
  address: ipAddress(address),
  subnet,
  podCIDR: cidr(podCIDR),
});
const nodes = [
  node("a1", "192.168.1.11", "rack-a", "10.244.0.0/24"),
  node("a2", "192.168.1.12", "rack-a", "10.244.1.0/24"),
  node("b1", "192.168.2.11", "rack-b", "10.244.2.0/24"),
] as const;
const [a1, a2] = nodes;
const router = {
  name: "router",
  wayTo: (subnet: string) => ({ device: subnet === "rack-a" ? "eth0" : "eth1", via: undefined }),
};

/** As `ip route` would say it. */
function routesOf([plan]: ReturnType<typeof planRouters>): readonly string[] {
  return (plan?.routes ?? []).map(
    ({ to, via, device }) =>
      `${to === undefined ? "default" : formatCidr(to)} via ${via} dev ${device}`,
  );
}

test("a router between subnets knows the way to every node's pods", (t) => {
  t.deepEqual(routesOf(planRouters([router], nodes)), [
    "10.244.0.0/24 via 192.168.1.11 dev eth0",
    "10.244.1.0/24 via 192.168.1.12 dev eth0",
    "10.244.2.0/24 via 192.168.2.11 dev eth1",
  ]);
});

test("a router that is not beside a node sends its pods' packets on to the next", (t) => {
  const spine = ipAddress("10.255.0.1");
  const tor = {
    name: "tor",
    wayTo: (subnet: string) =>
      subnet === "rack-a" ? { device: "eth0", via: undefined } : { device: "eth1", via: spine },
  };
  t.deepEqual(routesOf(planRouters([tor], nodes)).slice(1), [
    "10.244.1.0/24 via 192.168.1.12 dev eth0",
    "10.244.2.0/24 via 10.255.0.1 dev eth1",
  ]);
});

test("where all nodes are in one subnet no router knows of pods", (t) => {
  t.deepEqual(planRouters([router], [a1, a2]), []);
});

test("a node has routes by the nodes of its own subnet, and by no others", (t) => {
  const network = {
    podCIDR: cidr("10.244.0.0/16"),
    underlayMtu: 1500,
    options: defaultBridgeOptions,
  };
  t.deepEqual(routesOf([planNode(a1, nodes, network).plan]), [
    "10.244.1.0/24 via 192.168.1.12 dev eth0",
  ]);
});
