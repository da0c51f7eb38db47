import { createHash } from "node:crypto";
import type { NetnsPlan } from "../../kernel/plan/plan.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { deriveMacAddress } from "../../net/mac-address.ts";
import { neighbourSysctls } from "./plan-node.ts";
import { type WeaveNetwork, type WeavePeer, weaveMtu } from "./weave-network.ts";

export interface WeavePod {
  readonly namespace: string;
  readonly name: string;
  /** The pod's own, which exists. */
  readonly netns: string;
  readonly address: IpAddress;
}

/** A port of the bridge `weave`: the pod is in one network with every other pod of the cluster. */
export function planPod(peer: WeavePeer, pod: WeavePod, network: WeaveNetwork): NetnsPlan {
  const mtu = weaveMtu(network);
  const hostEnd = hostEndOf(pod);
  return {
    netns: pod.netns,
    links: [
      {
        type: "veth",
        name: "eth0",
        mac: deriveMacAddress(pod.netns, "eth0"),
        mtu,
        offload: "off",
        peer: {
          netns: peer.name,
          name: hostEnd,
          mac: deriveMacAddress(peer.name, hostEnd),
          mtu,
          master: "weave",
          // The plugin's default: a pod reaches itself through its own Service.
          hairpin: true,
          offload: "off",
        },
      },
    ],
    addresses: [
      {
        device: "eth0",
        address: { address: pod.address, prefixLength: network.podCIDR.prefixLength },
      },
    ],
    routes: [{ via: peer.bridgeAddress, device: "eth0" }],
    deviceSysctls: neighbourSysctls("eth0"),
  };
}

/** `vethwepl5f0c1a9`: the real name ends with the beginning of the container's id. */
export function hostEndOf({ namespace, name }: Pick<WeavePod, "namespace" | "name">): string {
  const digest = createHash("sha1").update(`${namespace}/${name}`).digest("hex");
  return `vethwepl${digest.slice(0, 7)}`;
}
