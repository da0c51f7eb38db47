/** A bridge, and what its ports have: tables IFLA_BR_* and IFLA_BRPORT_* of linux/if_link.h. */
import { boolean8, u32 } from "../attribute-codec.ts";
import { decodeAttributes, encodeAttributes } from "../attributes.ts";
import { type NetlinkRequest, NLM_F_CREATE, NLM_F_EXCL } from "../message.ts";
import { RTM_NEWLINK } from "../rtnetlink/rtm.ts";
import { encodeLinkMessage, type LinkSettings } from "./link-message.ts";

const bridge = {
  /** In hundredths of a second. */
  forwardDelay: [1, u32],
  stpState: [5, u32],
  nfCallIptables: [36, boolean8],
} as const;

const port = {
  /** IFLA_BRPORT_MODE. */
  hairpin: [4, boolean8],
  isolated: [33, boolean8],
} as const;

export interface BridgeSettings {
  /** Frames between ports pass iptables. The netns's sysctl can say so for all bridges. */
  readonly nfCallIptables?: boolean | undefined;
}

export interface BridgePortSettings {
  /** A frame may leave by the port it came in by. */
  readonly hairpin?: boolean | undefined;
  /** No frame passes between two isolated ports. */
  readonly isolated?: boolean | undefined;
}

/**
 * No spanning tree, and ports that forward at once.
 *
 * Equivalent to: `ip link add $name type bridge stp_state 0 forward_delay 0`
 */
export function linkAddBridge(
  settings: LinkSettings,
  { nfCallIptables }: BridgeSettings = {},
): NetlinkRequest {
  return {
    operation: `RTM_NEWLINK ${settings.name}`,
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    payload: encodeLinkMessage(settings, {
      kind: "bridge",
      data: encodeAttributes({ forwardDelay: 0, stpState: 0, nfCallIptables }, bridge),
    }),
  };
}

/**
 * Changes a device that is a port of a bridge already.
 *
 * Equivalent to: `bridge link set dev $name hairpin on isolated on`
 */
export function bridgeLinkSet(name: string, settings: BridgePortSettings): NetlinkRequest {
  return {
    operation: `RTM_NEWLINK ${name}`,
    type: RTM_NEWLINK,
    flags: 0,
    payload: encodeLinkMessage(
      { name },
      { portKind: "bridge", portData: encodeAttributes(settings, port) },
    ),
  };
}

/** IFLA_INFO_DATA of a bridge. */
export function decodeBridge(data: Uint8Array): Required<BridgeSettings> {
  return { nfCallIptables: decodeAttributes(data, bridge).nfCallIptables };
}

/** IFLA_INFO_SLAVE_DATA of a bridge's port. */
export function decodeBridgePort(data: Uint8Array): Required<BridgePortSettings> {
  const { hairpin, isolated } = decodeAttributes(data, port);
  return { hairpin, isolated };
}
