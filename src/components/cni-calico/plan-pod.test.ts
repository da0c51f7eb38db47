import test from "ava";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import type { CalicoNetwork } from "./calico-network.ts";
import { renderIpsets, renderIptablesRules } from "./iptables-rules.ts";
import { planPod } from "./plan-pod.ts";

const options = {
  encapsulation: "None",
  blockSize: 26,
  natOutgoing: true,
  mtu: undefined,
} as const;
const families = {
  ipv4: { podCIDR: cidr("10.244.0.0/16"), node: "192.168.0.16", pod: "10.244.7.3" },
  ipv6: { podCIDR: cidr("fd00:10:244::/56"), node: "fd00:192:168::16", pod: "fd00:10:244::7:3" },
} as const;

function wired(family: "ipv4" | "ipv6") {
  const { podCIDR, node, pod } = families[family];
  const network: CalicoNetwork = { podCIDR, underlayMtu: 1500, options: { ...options, family } };
  const [own, far] = planPod(
    { name: "node01", address: ipAddress(node), subnet: "underlay" },
    { namespace: "vote", name: "redis", netns: "vote.redis", address: ipAddress(pod) },
    network,
  );
  return { own, far, network };
}

test("a pod's IPv4 gateway is nobody's address, for which its node answers", (t) => {
  const { own, far } = wired("ipv4");
  t.deepEqual(
    own.routes?.map(({ to, via }) => `${to ? formatCidr(to) : "default"} ${via ?? "link"}`),
    ["169.254.1.1/32 link", "default 169.254.1.1"],
  );
  t.is(far.addresses, undefined);
  t.is(far.deviceSysctls?.[`net/ipv4/conf/${far.routes?.[0]?.device}/proxy_arp`], "1");
});

test("a pod's IPv6 gateway is the link-local address of the node's end, the same on every wire", (t) => {
  const { own, far } = wired("ipv6");
  t.deepEqual(own.routes?.map(({ via }) => via) as unknown, ["fe80::ecee:eeff:feee:eeee"]);
  t.deepEqual(
    far.addresses?.map(({ address }) => formatCidr(address)),
    ["fe80::ecee:eeff:feee:eeee/64"],
  );
  t.is(own.addresses?.[0] && formatCidr(own.addresses[0].address), "fd00:10:244::7:3/128");
  t.is(far.routes?.[0]?.to && formatCidr(far.routes[0].to), "fd00:10:244::7:3/128");
});

test("each family's sets have its number in their names", (t) => {
  const { network } = wired("ipv6");
  const sets = renderIpsets({ name: "node01" }, [], network);
  t.regex(sets, /^create cali60all-ipam-pools hash:net family inet6$/m);
  t.regex(renderIptablesRules(network), /--match-set cali60masq-ipam-pools src/);
  t.notRegex(renderIptablesRules(network), /cali40/);
});
