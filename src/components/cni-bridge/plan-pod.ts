import { createHash } from "node:crypto";
import type { NetnsPlan } from "../../kernel/plan/plan.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { deriveMacAddress } from "../../net/mac-address.ts";
import { type BridgeNetwork, type BridgeNode, podMtu } from "./bridge-network.ts";
import { gatewayOf } from "./plan-node.ts";

export interface BridgePod {
  readonly namespace: string;
  readonly name: string;
  /** The pod's own, which exists. */
  readonly netns: string;
  readonly address: IpAddress;
}

/**
 * The pod end of the wire and, through the veth's peer, the node's.
 *
 * Deleting `eth0` or the netns deletes both ends; but the node's end goes a
 * moment later, so delete it by name before using that name again.
 */
export function planPod(node: BridgeNode, pod: BridgePod, network: BridgeNetwork): NetnsPlan {
  const { bridge, hairpin } = network.options;
  const mtu = podMtu(network);
  const hostEnd = hostEndOf(pod);
  return {
    netns: pod.netns,
    links: [
      {
        type: "veth",
        name: "eth0",
        mac: deriveMacAddress(pod.netns, "eth0"),
        mtu,
        // What is captured is what a wire would carry: whole checksums, and no frame beyond the MTU.
        offload: "off",
        peer: {
          netns: node.name,
          name: hostEnd,
          mac: deriveMacAddress(node.name, hostEnd),
          mtu,
          master: bridge,
          hairpin,
          offload: "off",
        },
      },
    ],
    addresses: [
      {
        device: "eth0",
        address: { address: pod.address, prefixLength: node.podCIDR.prefixLength },
      },
    ],
    routes: [{ via: gatewayOf(node), device: "eth0" }],
  };
}

/** `veth5f0c1a9e`: the form of the plugin's random names, decided here by whose end it is. */
export function hostEndOf({ namespace, name }: Pick<BridgePod, "namespace" | "name">): string {
  const digest = createHash("sha1").update(`${namespace}/${name}`).digest("hex");
  return `veth${digest.slice(0, 8)}`;
}
