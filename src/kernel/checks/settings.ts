/** Sysctls that a node sets in its own netns. Some are read-only to all but the host's root, or come with a module. */

import type { Netns } from "../netns.ts";
import type { Need } from "../programs/need.ts";
import { writeSysctls } from "../sysctl.ts";
import type { Check, CheckGroup } from "./check.ts";

export const settings: CheckGroup<Netns> = {
  name: "kernel settings",
  checks: [
    sysctl("net/ipv4/ip_forward", "1", ["labs"]),
    sysctl("net/ipv4/icmp_ratelimit", "0", ["labs"]),
    sysctl("net/ipv4/ping_group_range", "0 2147483647", ["labs"]),
    sysctl("net/ipv4/conf/all/route_localnet", "1", ["kube-proxy mode iptables"]),
    sysctl("net/bridge/bridge-nf-call-iptables", "1", ["labs"], "br_netfilter"),
    sysctl("net/netfilter/nf_conntrack_tcp_timeout_established", "86400", ["labs"], "nf_conntrack"),
    sysctl("net/ipv4/vs/conntrack", "1", ["kube-proxy mode ipvs"], "ip_vs"),
  ],
};

function sysctl(
  path: string,
  value: string,
  neededBy: readonly Need[],
  module?: string,
): Check<Netns> {
  return {
    name: path.replaceAll("/", "."),
    neededBy,
    ...(module !== undefined && { modules: [module] }),
    attempt: (netns) => writeSysctls(netns, { [path]: value }),
  };
}
