/** What the plans are made from. */
import type { Cidr } from "../../net/cidr.ts";
import { familyOf, type IpAddress } from "../../net/ip-address.ts";

/** The same fields as the topology's `flannel` plugin; flannel's own names for them are `Backend.Type`, `.VNI`, `.Port`, `.DirectRouting`. */
export interface FlannelOptions {
  readonly backend: "vxlan" | "host-gw";
  readonly vni: number;
  /** UDP. */
  readonly port: number;
  /** Nodes of one subnet send to one another without VXLAN. */
  readonly directRouting: boolean;
  /** flanneld's `--ip-masq`. */
  readonly masquerade: boolean;
  /** Bytes, of the pods' devices; undefined: what the backend leaves of the underlay's. */
  readonly mtu: number | undefined;
}

export interface FlannelNetwork {
  /** The pods of the whole cluster: `Network` in flannel's configuration. */
  readonly podCIDR: Cidr;
  /** Bytes, of the nodes' own devices. */
  readonly underlayMtu: number;
  readonly options: FlannelOptions;
}

export interface FlannelNode {
  /** Also the name of its netns. */
  readonly name: string;
  readonly address: IpAddress;
  /** The name of its subnet: those in one reach each other without a router. */
  readonly subnet: string;
  /** The node's share of the cluster's: its lease. */
  readonly podCIDR: Cidr;
}

/** Outer Ethernet, IP, UDP and VXLAN header: what the outer packet adds to the inner one, less what it carries of it. */
const vxlanOverhead = { ipv4: 50, ipv6: 70 } as const;

/**
 * Of the backend's device. Pods have that of IPv4, as flanneld writes it into subnet.env: for an IPv6 packet of that size
 * the node has an ICMP error.
 */
export function podMtu({ podCIDR, options, underlayMtu }: FlannelNetwork): number {
  const overhead = vxlanOverhead[familyOf(podCIDR.address)];
  return options.mtu ?? underlayMtu - (options.backend === "vxlan" ? overhead : 0);
}

/** The VXLAN device of a backend: `flannel.1` for VNI 1, and `flannel-v6.1` beside it. */
export function vxlanDevice({ podCIDR, options: { vni } }: FlannelNetwork): string {
  return familyOf(podCIDR.address) === "ipv4" ? `flannel.${vni}` : `flannel-v6.${vni}`;
}
