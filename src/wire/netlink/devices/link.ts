/** Devices: RTM_NEWLINK, RTM_SETLINK, RTM_DELLINK, RTM_GETLINK. Their layout is in link-message.ts. */
import { type MacAddress, macAddressFromBytes } from "../../../net/mac-address.ts";
import { type NetlinkRequest, NLM_F_DUMP } from "../message.ts";
import { RTM_DELLINK, RTM_GETLINK, RTM_SETLINK } from "../rtnetlink/rtm.ts";
import {
  type BridgePortSettings,
  type BridgeSettings,
  decodeBridge,
  decodeBridgePort,
} from "./bridge.ts";
import {
  decodeLinkMessage,
  encodeLinkAttributes,
  encodeLinkMessage,
  type LinkInfo,
  type LinkSettings,
} from "./link-message.ts";
import { decodeVxlanDevice, type VxlanSettings } from "./vxlan-device.ts";

const IFF_UP = 1;
const IFF_LOWER_UP = 0x1_0000;
/** Of IPv6, which are the longest part of an answer where IPv6 is on, and which nobody here reads. */
const RTEXT_FILTER_SKIP_STATS = 8;
const IF_OPER_UP = 6;
const MAC_BYTES = 6;

/** A device as the kernel describes it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** `veth`, `bridge`, `vxlan`...; undefined for `lo` and for hardware. */
  readonly kind: string | undefined;
  readonly mac: MacAddress | undefined;
  readonly mtu: number;
  readonly up: boolean;
  /** The other end is up too. */
  readonly carrier: boolean;
  /** The kernel has drawn its conclusions from the carrier: packets are sent. Never true of `lo`. */
  readonly operational: boolean;
  readonly masterIndex: number | undefined;
  /** The other end of a veth, the device below a tunnel; an ifindex of {@link linkNetnsId}'s netns. */
  readonly linkIndex: number | undefined;
  /** The netns of that device, numbered by this one; undefined when it is this one. */
  readonly linkNetnsId: number | undefined;
  readonly bridge: BridgeSettings | undefined;
  readonly port: BridgePortSettings | undefined;
  readonly vxlan: VxlanSettings | undefined;
}

/**
 * Changes a device that exists, found by its name.
 *
 * Equivalent to: `ip link set $name address $mac mtu $mtu master $master up`
 */
export function linkSet(settings: LinkSettings): NetlinkRequest {
  return {
    operation: `RTM_SETLINK ${settings.name}`,
    type: RTM_SETLINK,
    flags: 0,
    payload: encodeLinkMessage(settings),
  };
}

/** Equivalent to: `ip link delete $name`. Both ends of a veth go. */
export function linkDelete(name: string): NetlinkRequest {
  return {
    operation: `RTM_DELLINK ${name}`,
    type: RTM_DELLINK,
    flags: 0,
    payload: encodeLinkMessage({ name }),
  };
}

/** Equivalent to: `ip link show $name`; answered by one {@link decodeLink}. */
export function linkGet(name: string): NetlinkRequest {
  return {
    operation: `RTM_GETLINK ${name}`,
    type: RTM_GETLINK,
    flags: 0,
    payload: encodeLinkAttributes(undefined, { name, extMask: RTEXT_FILTER_SKIP_STATS }),
  };
}

/** Equivalent to: `ip link show` */
export function linkDump(): NetlinkRequest {
  return {
    operation: "RTM_GETLINK",
    type: RTM_GETLINK,
    flags: NLM_F_DUMP,
    payload: encodeLinkAttributes(undefined, { extMask: RTEXT_FILTER_SKIP_STATS }),
  };
}

/** The payload of an RTM_NEWLINK. */
export function decodeLink(payload: Uint8Array): Link {
  const {
    index,
    flags,
    address,
    name = "",
    mtu = 0,
    master,
    link,
    linkNetnsId,
    operstate,
    info = {},
  } = decodeLinkMessage(payload);
  return {
    index,
    name,
    kind: info.kind,
    // Tunnels have IP addresses here.
    mac: address?.byteLength === MAC_BYTES ? macAddressFromBytes(address) : undefined,
    mtu,
    up: (flags & IFF_UP) !== 0,
    carrier: (flags & IFF_LOWER_UP) !== 0,
    operational: operstate === IF_OPER_UP,
    masterIndex: master,
    linkIndex: link,
    linkNetnsId,
    ...decodeKind(info),
  };
}

function decodeKind({
  kind,
  data,
  portKind,
  portData,
}: LinkInfo): Pick<Link, "bridge" | "port" | "vxlan"> {
  const dataOf = (wanted: string): Uint8Array | undefined => (kind === wanted ? data : undefined);
  const [bridge, vxlan] = [dataOf("bridge"), dataOf("vxlan")];
  return {
    bridge: bridge && decodeBridge(bridge),
    vxlan: vxlan && decodeVxlanDevice(vxlan),
    port: portKind === "bridge" && portData ? decodeBridgePort(portData) : undefined,
  };
}
