import type { KubeProxyConfig } from "../config/config.ts";

/** What ipvs mode sets in its node, once the module is there that some of it belongs to. */
export function ipvsSysctls({ ipvs }: KubeProxyConfig): Readonly<Record<string, string>> {
  return {
    // Connections of virtual servers are conntrack's too: only so can they be masqueraded.
    "net/ipv4/vs/conntrack": "1",
    // A connection whose real server is gone ends with its next packet, and its client can try again.
    "net/ipv4/vs/expire_nodest_conn": "1",
    // Nor does persistence hold a client to a real server of weight 0.
    "net/ipv4/vs/expire_quiescent_template": "1",
    "net/ipv4/ip_forward": "1",
    // A node answers ARP for every address it has, on whichever device: all nodes have the Services'.
    ...(ipvs.strictARP && {
      "net/ipv4/conf/all/arp_ignore": "1",
      "net/ipv4/conf/all/arp_announce": "2",
    }),
  };
}
