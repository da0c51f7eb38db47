/** What kube-proxy's nftables mode writes, expression by expression. */
import type { Netns } from "../netns.ts";
import { nftApply } from "../rules/rules.ts";
import type { Check, CheckGroup } from "./check.ts";

const NAT_POSTROUTING = "type nat hook postrouting priority 100 ;";

export const nftables: CheckGroup<Netns> = {
  name: "nftables",
  checks: [
    expression("tables and base chains", "nf_tables", [
      `add chain ip k nat-postrouting { ${NAT_POSTROUTING} }`,
      "add chain ip k nat-prerouting { type nat hook prerouting priority -100 ; }",
      "add chain ip k filter-forward { type filter hook forward priority 0 ; }",
    ]),
    expression("verdict maps (vmap)", "nf_tables", [
      "add chain ip k there",
      "add map ip k services { type ipv4_addr . inet_proto . inet_service : verdict ; }",
      "add element ip k services { 10.96.0.10 . tcp . 53 : goto there }",
      "add rule ip k c ip daddr . meta l4proto . th dport vmap @services",
    ]),
    expression("numgen random", "nft_numgen", [
      "add chain ip k a",
      "add chain ip k b",
      "add rule ip k c numgen random mod 2 vmap { 0 : goto a , 1 : goto b }",
    ]),
    expression("fib type local", "nft_fib_ipv4", [
      "add rule ip k c fib daddr type local ip daddr != 127.0.0.0/8 return",
    ]),
    expression("dynamic sets", "nf_tables", [
      "add set ip k affinity { type ipv4_addr ; flags dynamic,timeout ; timeout 10800s ; }",
      "add rule ip k c update @affinity { ip saddr }",
    ]),
    expression("ct state", "nft_ct", ["add rule ip k c ct state new return"]),
    expression("marks", "nf_tables", ["add rule ip k c mark set mark or 0x4000"]),
    expression("reject", "nft_reject_ipv4", ["add rule ip k c reject"]),
    expression("dnat", "nft_nat", ["add rule ip k c meta l4proto tcp dnat to 10.244.1.2:8080"]),
    expression("masquerade fully-random", "nft_masq", [
      `add chain ip k post { ${NAT_POSTROUTING} }`,
      "add rule ip k post masquerade fully-random",
    ]),
  ],
};

function expression(name: string, module: string, commands: readonly string[]): Check<Netns> {
  const script = ["add table ip k", "add chain ip k c", ...commands, ""].join("\n");
  return {
    name,
    neededBy: ["kube-proxy mode nftables"],
    program: "nft",
    modules: [module],
    attempt: (netns) => nftApply(netns, script),
  };
}
