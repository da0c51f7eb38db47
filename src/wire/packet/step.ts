/**
 * Where the walk through a packet goes next, as a number: a switch over small
 * numbers is a jump, and the walk takes one for every layer of every packet.
 */

export const STEP_END = 0;
export const STEP_DATA = 1;
export const STEP_ETHERNET = 2;
export const STEP_VLAN = 3;
export const STEP_SERVICE_VLAN = 4;
export const STEP_LLC = 5;
export const STEP_ARP = 6;
export const STEP_IPV4 = 7;
export const STEP_IPV6 = 8;
export const STEP_HOP_BY_HOP = 9;
export const STEP_ROUTING = 10;
export const STEP_FRAGMENT = 11;
export const STEP_DESTINATION_OPTIONS = 12;
export const STEP_ICMP = 13;
export const STEP_ICMPV6 = 14;
export const STEP_TCP = 15;
export const STEP_UDP = 16;
export const STEP_SCTP = 17;
export const STEP_GRE = 18;
export const STEP_VXLAN = 19;
export const STEP_DNS = 20;
export const STEP_MULTICAST_DNS = 21;
export const STEP_DNS_OVER_TCP = 22;
export const STEP_BGP = 23;
export const STEP_LINUX_COOKED_V1 = 24;
export const STEP_LINUX_COOKED_V2 = 25;
export const STEP_LOOPBACK = 26;
export const STEP_RAW = 27;

/** One of the `STEP_…` numbers. */
export type Step = number;
