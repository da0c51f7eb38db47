import type { NetnsPlan } from "../../../kernel/plan/plan.ts";
import type { IpFamily } from "../../../net/ip-address.ts";
import { ipv6Sysctls, machineSysctls } from "../../fabric/sysctls.ts";

/** What a container runtime sets in a pod's netns, whatever network it is given. */
const sysctls: Readonly<Record<string, string>> = {
  // Neighbour discovery and MLD of some hundred pods on a bridge are more traffic than everything else together.
  ...machineSysctls,
  // Unlike on real machines: the limit of one error a second to each peer turns the second traceroute into stars.
  "net/ipv4/icmp_ratelimit": "0",
  // containerd's defaults as well: ping and port 80 need no privilege.
  "net/ipv4/ping_group_range": "0 2147483647",
  "net/ipv4/ip_unprivileged_port_start": "0",
};

/** A pod's netns before its network is laid: loopback is up, and nothing else is there. */
export function planPodNetns(netns: string, families: readonly IpFamily[]): NetnsPlan {
  const own = families.includes("ipv6") ? { ...sysctls, ...ipv6Sysctls } : sysctls;
  return { netns, sysctls: own, links: [{ type: "existing", name: "lo" }] };
}
