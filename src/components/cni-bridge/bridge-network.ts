/** What the plans are made from. */
import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";

/** The same fields as the topology's `bridge` plugin. */
export interface BridgeOptions {
  /** `routed`: host-gw routes between nodes. `isolated`: Docker alone. */
  readonly mode: "routed" | "isolated";
  /** The device name: `cni0`, or `docker0` to reproduce Docker's listings. */
  readonly bridge: string;
  readonly hairpin: boolean;
  readonly masquerade: boolean;
  /** Bytes; undefined: that of the underlay. */
  readonly mtu: number | undefined;
}

export interface BridgeNetwork {
  /** The pods of the whole cluster. */
  readonly podCIDR: Cidr;
  /** Bytes, of the nodes' own devices. */
  readonly underlayMtu: number;
  readonly options: BridgeOptions;
}

export interface BridgeNode {
  /** Also the name of its netns. */
  readonly name: string;
  readonly address: IpAddress;
  /** The name of the underlay's subnet that the address is in. */
  readonly subnet: string;
  /** The node's share of the cluster's. */
  readonly podCIDR: Cidr;
}

export const defaultBridgeOptions: BridgeOptions = {
  mode: "routed",
  bridge: "cni0",
  hairpin: true,
  masquerade: true,
  mtu: undefined,
};

export function podMtu({ options, underlayMtu }: BridgeNetwork): number {
  return options.mtu ?? underlayMtu;
}
