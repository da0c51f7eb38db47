/** EtherTypes, IEEE registry: what Ethernet, VLAN tags, GRE and Linux cooked headers carry. */
import {
  STEP_ARP,
  STEP_DATA,
  STEP_IPV4,
  STEP_IPV6,
  STEP_LLC,
  STEP_SERVICE_VLAN,
  STEP_VLAN,
  type Step,
} from "../step.ts";
import type { Walk } from "../walk.ts";

export const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
/** An Ethernet frame, inside GRE. */
export const ETHERTYPE_BRIDGED = 0x6558;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_OLD_VLAN = 0x9100;
const ETHERTYPE_SERVICE_VLAN = 0x88a8;

/** IEEE 802.3 §3.2.6: values up to this one are lengths. */
export const MAX_LENGTH_FIELD = 1500;
/** Values from this one are types; between the two nothing is defined. */
export const MIN_ETHERTYPE = 1536;

export function stepOfEtherType(etherType: number): Step {
  switch (etherType) {
    case ETHERTYPE_IPV4:
      return STEP_IPV4;
    case ETHERTYPE_ARP:
      return STEP_ARP;
    case ETHERTYPE_IPV6:
      return STEP_IPV6;
    case ETHERTYPE_VLAN:
    case ETHERTYPE_OLD_VLAN:
      return STEP_VLAN;
    case ETHERTYPE_SERVICE_VLAN:
      return STEP_SERVICE_VLAN;
    default:
      return STEP_DATA;
  }
}

/**
 * What a frame carries whose field may be a length too: then LLC does, and the
 * rest is padding.
 */
export function stepOfFrameType(walk: Walk, etherType: number): Step {
  if (etherType >= MIN_ETHERTYPE) return stepOfEtherType(etherType);
  if (etherType > MAX_LENGTH_FIELD) return STEP_DATA;
  walk.end = Math.min(walk.end, walk.offset + etherType);
  return STEP_LLC;
}
