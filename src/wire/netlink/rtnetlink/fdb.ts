/** Where bridges and VXLAN devices send the frames for a MAC address. Layout: neighbour-message.ts. */
import type { IpAddress } from "../../../net/ip-address.ts";
import type { MacAddress } from "../../../net/mac-address.ts";
import { AF_BRIDGE } from "../address-family.ts";
import { type NetlinkRequest, NLM_F_APPEND, NLM_F_CREATE } from "../message.ts";
import {
  decodeNeighbourMessage,
  encodeNeighbourMessage,
  NTF_SELF,
  NUD_NOARP,
  NUD_PERMANENT,
  neighbourMessageDump,
} from "./neighbour-message.ts";
import { RTM_DELNEIGH, RTM_NEWNEIGH } from "./rtm.ts";

export interface FdbEntry {
  /** The device; for a bridge's entry, the port. */
  readonly index: number;
  readonly mac: MacAddress;
  /** The VXLAN peer. */
  readonly destination?: IpAddress | undefined;
  /** Sent with this instead of the device's own; VXLAN only. */
  readonly vni?: number | undefined;
  /** The bridge whose entry this is; undefined for an entry of the device itself. */
  readonly masterIndex?: number | undefined;
  /** False for one that was learned. */
  readonly permanent: boolean;
}

/** What a request needs to say: it writes entries of the device itself, and permanent ones. */
export type FdbEntrySettings = Omit<FdbEntry, "masterIndex" | "permanent">;

/**
 * The all-zero MAC address may be appended with several destinations: each gets a copy of what
 * has no entry of its own.
 *
 * Equivalent to: `bridge fdb append $mac dev $device dst $destination vni $vni self permanent`
 */
export function fdbAppend(device: string, entry: FdbEntrySettings): NetlinkRequest {
  return {
    operation: `RTM_NEWNEIGH ${describe(device, entry)}`,
    type: RTM_NEWNEIGH,
    flags: NLM_F_CREATE | NLM_F_APPEND,
    payload: encodeFdbEntry(entry),
  };
}

/** Equivalent to: `bridge fdb delete $mac dev $device dst $destination self` */
export function fdbDelete(device: string, entry: FdbEntrySettings): NetlinkRequest {
  return {
    operation: `RTM_DELNEIGH ${describe(device, entry)}`,
    type: RTM_DELNEIGH,
    flags: 0,
    payload: encodeFdbEntry(entry),
  };
}

/** Equivalent to: `bridge fdb show` */
export function fdbDump(): NetlinkRequest {
  return neighbourMessageDump(AF_BRIDGE);
}

/** The payload of an RTM_NEWNEIGH of AF_BRIDGE; undefined when it holds no MAC address. */
export function decodeFdbEntry(payload: Uint8Array): FdbEntry | undefined {
  const { index, destination, mac, vni, masterIndex, state } = decodeNeighbourMessage(payload);
  if (mac === undefined) return undefined;
  const permanent = (state & NUD_PERMANENT) !== 0;
  return { index, mac, destination, vni, masterIndex, permanent };
}

function describe(device: string, { mac, destination }: FdbEntrySettings): string {
  return `${mac} dev ${device}${destination === undefined ? "" : ` dst ${destination}`}`;
}

function encodeFdbEntry(entry: FdbEntrySettings): Uint8Array {
  return encodeNeighbourMessage({
    ...entry,
    family: AF_BRIDGE,
    state: NUD_NOARP | NUD_PERMANENT,
    flags: NTF_SELF,
  });
}
