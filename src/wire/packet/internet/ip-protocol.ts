/** IP protocol numbers, IANA's registry: what IPv4 and IPv6 carry. */
import {
  STEP_DATA,
  STEP_DESTINATION_OPTIONS,
  STEP_ETHERNET,
  STEP_FRAGMENT,
  STEP_GRE,
  STEP_HOP_BY_HOP,
  STEP_ICMP,
  STEP_ICMPV6,
  STEP_IPV4,
  STEP_IPV6,
  STEP_ROUTING,
  STEP_SCTP,
  STEP_TCP,
  STEP_UDP,
  type Step,
} from "../step.ts";

export const IPPROTO_HOPOPTS = 0;
const IPPROTO_ICMP = 1;
const IPPROTO_IPIP = 4;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
const IPPROTO_IPV6 = 41;
const IPPROTO_ROUTING = 43;
const IPPROTO_FRAGMENT = 44;
const IPPROTO_GRE = 47;
export const IPPROTO_ICMPV6 = 58;
const IPPROTO_DSTOPTS = 60;
const IPPROTO_SCTP = 132;
const IPPROTO_ETHERNET = 143;

const steps: ReadonlyMap<number, Step> = new Map([
  [IPPROTO_HOPOPTS, STEP_HOP_BY_HOP],
  [IPPROTO_ICMP, STEP_ICMP],
  [IPPROTO_IPIP, STEP_IPV4],
  [IPPROTO_TCP, STEP_TCP],
  [IPPROTO_UDP, STEP_UDP],
  [IPPROTO_IPV6, STEP_IPV6],
  [IPPROTO_ROUTING, STEP_ROUTING],
  [IPPROTO_FRAGMENT, STEP_FRAGMENT],
  [IPPROTO_GRE, STEP_GRE],
  [IPPROTO_ICMPV6, STEP_ICMPV6],
  [IPPROTO_DSTOPTS, STEP_DESTINATION_OPTIONS],
  [IPPROTO_SCTP, STEP_SCTP],
  [IPPROTO_ETHERNET, STEP_ETHERNET],
]);

/** One load per packet instead of a search: the field has eight bits. */
const stepsByNumber: readonly Step[] = Array.from(
  { length: 256 },
  (_, protocol) => steps.get(protocol) ?? STEP_DATA,
);

export function stepOfIpProtocol(protocol: number): Step {
  return stepsByNumber[protocol] ?? STEP_DATA;
}
