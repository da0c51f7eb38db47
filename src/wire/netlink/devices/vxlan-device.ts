/** A VXLAN tunnel device: table IFLA_VXLAN_* of linux/if_link.h. The packets themselves: packet/tunnel/vxlan.ts. */
import { familyOf, type IpAddress } from "../../../net/ip-address.ts";
import { boolean8, ip, u8, u16Network, u32 } from "../attribute-codec.ts";
import { decodeAttributes, encodeAttributes } from "../attributes.ts";
import { type NetlinkRequest, NLM_F_CREATE, NLM_F_EXCL } from "../message.ts";
import { RTM_NEWLINK } from "../rtnetlink/rtm.ts";
import { encodeLinkMessage, type LinkSettings } from "./link-message.ts";

const vxlan = {
  vni: [1, u32],
  linkIndex: [3, u32],
  local: [4, ip],
  ttl: [5, u8],
  learning: [7, boolean8],
  port: [15, u16Network],
  local6: [17, ip],
  udpChecksum: [18, boolean8],
  dontFragment: [29, boolean8],
} as const;

export interface VxlanSettings {
  /** 24 bits. */
  readonly vni: number;
  /** UDP destination port. */
  readonly port: number;
  /** Outer source address. */
  readonly local?: IpAddress | undefined;
  /** The ifindex of the device that carries the outer packets; by route when undefined. */
  readonly linkIndex?: number | undefined;
  readonly learning: boolean;
  /** Of the outer UDP header; the kernel computes one unless this is false. */
  readonly udpChecksum?: boolean | undefined;
  /** Outer TTL; the netns's default when undefined. */
  readonly ttl?: number | undefined;
  readonly dontFragment?: boolean | undefined;
}

/** Equivalent to: `ip link add $name type vxlan id $vni dstport $port local $local dev $link nolearning` */
export function linkAddVxlan(
  settings: LinkSettings,
  { local, ...tunnel }: VxlanSettings,
): NetlinkRequest {
  const outer = local !== undefined && familyOf(local) === "ipv6" ? { local6: local } : { local };
  return {
    operation: `RTM_NEWLINK ${settings.name}`,
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    payload: encodeLinkMessage(settings, {
      kind: "vxlan",
      data: encodeAttributes({ ...tunnel, ...outer }, vxlan),
    }),
  };
}

/** IFLA_INFO_DATA of a vxlan device. */
export function decodeVxlanDevice(data: Uint8Array): VxlanSettings {
  const {
    local,
    local6,
    vni = 0,
    port = 0,
    learning = false,
    ...rest
  } = decodeAttributes(data, vxlan);
  return { ...rest, vni, port, learning, local: local ?? local6 };
}
