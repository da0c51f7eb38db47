/** Neighbours: what ARP and neighbour discovery know, or are told. Layout: neighbour-message.ts. */
import type { IpAddress } from "../../../net/ip-address.ts";
import type { MacAddress } from "../../../net/mac-address.ts";
import { AF_UNSPEC, addressFamily } from "../address-family.ts";
import { type NetlinkRequest, NLM_F_CREATE, NLM_F_REPLACE } from "../message.ts";
import {
  decodeNeighbourMessage,
  encodeNeighbourMessage,
  NUD_PERMANENT,
  neighbourMessageDump,
} from "./neighbour-message.ts";
import { RTM_DELNEIGH, RTM_NEWNEIGH } from "./rtm.ts";

/** NUD_*. */
const STATES = {
  incomplete: 0x01,
  reachable: 0x02,
  stale: 0x04,
  delay: 0x08,
  probe: 0x10,
  failed: 0x20,
  noarp: 0x40,
  permanent: 0x80,
} as const;

type NeighbourState = keyof typeof STATES;

export interface Neighbour {
  /** The device. */
  readonly index: number;
  readonly address: IpAddress;
  /** Undefined as long as it is not known. */
  readonly mac: MacAddress | undefined;
  readonly state: NeighbourState | undefined;
}

/** Equivalent to: `ip neigh replace $address lladdr $mac dev $device nud permanent` */
export function neighbourReplace(
  device: string,
  { index, address, mac }: Omit<Neighbour, "state">,
): NetlinkRequest {
  const family = addressFamily(address);
  return {
    operation: `RTM_NEWNEIGH ${address} dev ${device}`,
    type: RTM_NEWNEIGH,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    payload: encodeNeighbourMessage({
      family,
      index,
      state: NUD_PERMANENT,
      flags: 0,
      destination: address,
      mac,
    }),
  };
}

/** Equivalent to: `ip neigh delete $address dev $device` */
export function neighbourDelete(
  device: string,
  { index, address }: Pick<Neighbour, "index" | "address">,
): NetlinkRequest {
  const family = addressFamily(address);
  return {
    operation: `RTM_DELNEIGH ${address} dev ${device}`,
    type: RTM_DELNEIGH,
    flags: 0,
    payload: encodeNeighbourMessage({ family, index, state: 0, flags: 0, destination: address }),
  };
}

/** Equivalent to: `ip neigh show` */
export function neighbourDump(): NetlinkRequest {
  return neighbourMessageDump(AF_UNSPEC);
}

/** The payload of an RTM_NEWNEIGH of an IP family; undefined when it holds no address. */
export function decodeNeighbour(payload: Uint8Array): Neighbour | undefined {
  const { index, destination, mac, state } = decodeNeighbourMessage(payload);
  if (destination === undefined) return undefined;
  const name = (Object.keys(STATES) as NeighbourState[]).find((each) => STATES[each] === state);
  return { index, address: destination, mac, state: name };
}
