/** What the plans are made from. */
import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress, IpFamily } from "../../net/ip-address.ts";

/** As in the operator's Installation resource: `spec.calicoNetwork.ipPools[].encapsulation`. */
type Encapsulation = "None" | "IPIP" | "IPIPCrossSubnet" | "VXLAN" | "VXLANCrossSubnet";

/** Of the pool of one address family; else the same fields as the topology's `calico` plugin. */
export interface CalicoOptions {
  /** @default ipv4 */
  readonly family?: IpFamily;
  readonly encapsulation: Encapsulation;
  /** Prefix length of the blocks that nodes take addresses from. */
  readonly blockSize: number;
  readonly natOutgoing: boolean;
  /** Bytes, of the pods' devices; undefined: what the encapsulation leaves of the underlay's. */
  readonly mtu: number | undefined;
}

export interface CalicoNetwork {
  /** The IP pool. */
  readonly podCIDR: Cidr;
  /** Bytes, of the nodes' own devices. */
  readonly underlayMtu: number;
  readonly options: CalicoOptions;
}

export interface CalicoNode {
  /** Also the name of its netns. */
  readonly name: string;
  readonly address: IpAddress;
  /** The name of its subnet: those in one reach each other without a router. */
  readonly subnet: string;
}

/** A device that encapsulates what is routed into it. */
export interface Tunnel {
  readonly type: "ipip" | "vxlan";
  readonly device: "tunl0" | "vxlan.calico" | "vxlan-v6.calico";
  /** Bytes that the outer headers take. */
  readonly overhead: number;
}

/** `tunl0` is the name that the kernel's module itself gives its first device. */
const ipip: Tunnel = { type: "ipip", device: "tunl0", overhead: 20 };
const vxlan: Readonly<Record<IpFamily, Tunnel>> = {
  ipv4: { type: "vxlan", device: "vxlan.calico", overhead: 50 },
  ipv6: { type: "vxlan", device: "vxlan-v6.calico", overhead: 70 },
};

/** Undefined without encapsulation. */
export function tunnelOf({
  encapsulation,
  family = "ipv4",
}: Pick<CalicoOptions, "encapsulation" | "family">): Tunnel | undefined {
  switch (encapsulation) {
    case "None":
      return undefined;
    case "IPIP":
    case "IPIPCrossSubnet":
      return ipip;
    case "VXLAN":
    case "VXLANCrossSubnet":
      return vxlan[family];
  }
}

/** Whether what `from` sends to a pod of `to` goes through the tunnel. */
export function isTunnelled(
  { encapsulation }: CalicoOptions,
  from: CalicoNode,
  to: CalicoNode,
): boolean {
  if (encapsulation === "None") return false;
  return !encapsulation.endsWith("CrossSubnet") || from.subnet !== to.subnet;
}

/** BIRD tells the nodes of one another's blocks, except with VXLAN, where Felix does and BIRD does not run. */
export function speaksBgp(options: CalicoOptions): boolean {
  return tunnelOf(options)?.type !== "vxlan";
}

export function podMtu({ options, underlayMtu }: CalicoNetwork): number {
  return options.mtu ?? underlayMtu - (tunnelOf(options)?.overhead ?? 0);
}
