import type { NetnsPlan } from "../../kernel/plan.ts";

/** What a container runtime sets in a pod's netns, whatever network it is given. */
const sysctls: Readonly<Record<string, string>> = {
  // Neighbour discovery and MLD of some hundred pods on a bridge are more traffic than everything else together.
  "net/ipv6/conf/all/disable_ipv6": "1",
  // Unlike on real machines: the limit of one error a second to each peer turns the second traceroute into stars.
  "net/ipv4/icmp_ratelimit": "0",
  // containerd's defaults as well: ping and port 80 need no privilege.
  "net/ipv4/ping_group_range": "0 2147483647",
  "net/ipv4/ip_unprivileged_port_start": "0",
};

/** A pod's netns before its network is laid: loopback is up, and nothing else is there. */
export function planPodNetns(netns: string): NetnsPlan {
  return { netns, sysctls, links: [{ type: "existing", name: "lo" }] };
}
