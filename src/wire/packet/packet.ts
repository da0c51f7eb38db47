/** A packet is a list of layers, outermost first. */

import { walkBgp } from "./bgp/layer.ts";
import { walkDns, walkDnsOverTcp } from "./dns/layer.ts";
import { walkIcmp } from "./internet/icmp.ts";
import { walkIcmpv6 } from "./internet/icmpv6.ts";
import { walkIpv4 } from "./internet/ipv4.ts";
import { walkIpv6 } from "./internet/ipv6.ts";
import { walkIpv6Extension, walkIpv6Fragment } from "./internet/ipv6-extension.ts";
import type { Layer } from "./layer.ts";
import { walkArp } from "./link/arp.ts";
import { walkEthernet } from "./link/ethernet.ts";
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
} from "./link/link-type.ts";
import { walkLinuxCooked } from "./link/linux-cooked.ts";
import { walkLlc } from "./link/llc.ts";
import { walkLoopback } from "./link/loopback.ts";
import { walkVlan } from "./link/vlan.ts";
import { walkRaw } from "./raw.ts";
import * as next from "./step.ts";
import { walkSctp } from "./transport/sctp.ts";
import { walkTcp } from "./transport/tcp.ts";
import { walkUdp } from "./transport/udp.ts";
import { defaultVxlanPorts } from "./transport/well-known-port.ts";
import { walkGre } from "./tunnel/gre.ts";
import { walkVxlan } from "./tunnel/vxlan.ts";
import { Walk } from "./walk.ts";

export interface DecodeOptions {
  /** Bytes that were on the wire, when the capture may have cut the packet; all of `packet` unless given. */
  readonly originalLength?: number;
  /** UDP ports that carry VXLAN; 4789 (IANA) and 8472 (Linux, flannel) unless given. */
  readonly vxlanPorts?: readonly number[];
}

/**
 * All the layers of a packet, outermost first.
 *
 * Never throws: what cannot be read is the last layer, `malformed` when the
 * packet breaks its own format, `short` when the capture cut it. The layers keep
 * `packet` and read it when asked, so it must not be written to.
 *
 * `linkType` is one of link-type.ts; a packet of any other is one `data` layer.
 */
export function decodePacket(
  packet: Uint8Array,
  linkType: number,
  { originalLength = packet.byteLength, vxlanPorts = defaultVxlanPorts }: DecodeOptions = {},
): readonly Layer[] {
  const walk = new Walk(packet, Math.max(originalLength, packet.byteLength), vxlanPorts);
  let step = stepOfLinkType(linkType);
  while (step !== next.STEP_END) step = take(step, walk);
  return walk.layers;
}

function stepOfLinkType(linkType: number): next.Step {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return next.STEP_ETHERNET;
    case LINKTYPE_LINUX_SLL:
      return next.STEP_LINUX_COOKED_V1;
    case LINKTYPE_LINUX_SLL2:
      return next.STEP_LINUX_COOKED_V2;
    case LINKTYPE_RAW:
      return next.STEP_RAW;
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
      return next.STEP_LOOPBACK;
    default:
      return next.STEP_DATA;
  }
}

function take(step: next.Step, walk: Walk): next.Step {
  switch (step) {
    case next.STEP_ETHERNET:
      return walkEthernet(walk);
    case next.STEP_VLAN:
      return walkVlan(walk, "vlan");
    case next.STEP_SERVICE_VLAN:
      return walkVlan(walk, "ieee8021ad");
    case next.STEP_LLC:
      return walkLlc(walk);
    case next.STEP_ARP:
      return walkArp(walk);
    case next.STEP_IPV4:
      return walkIpv4(walk);
    case next.STEP_IPV6:
      return walkIpv6(walk);
    case next.STEP_HOP_BY_HOP:
      return walkIpv6Extension(walk, "ipv6.hopopts");
    case next.STEP_ROUTING:
      return walkIpv6Extension(walk, "ipv6.routing");
    case next.STEP_FRAGMENT:
      return walkIpv6Fragment(walk);
    case next.STEP_DESTINATION_OPTIONS:
      return walkIpv6Extension(walk, "ipv6.dstopts");
    case next.STEP_ICMP:
      return walkIcmp(walk);
    case next.STEP_ICMPV6:
      return walkIcmpv6(walk);
    case next.STEP_TCP:
      return walkTcp(walk);
    case next.STEP_UDP:
      return walkUdp(walk);
    case next.STEP_SCTP:
      return walkSctp(walk);
    case next.STEP_GRE:
      return walkGre(walk);
    case next.STEP_VXLAN:
      return walkVxlan(walk);
    case next.STEP_DNS:
      return walkDns(walk, "dns");
    case next.STEP_MULTICAST_DNS:
      return walkDns(walk, "mdns");
    case next.STEP_DNS_OVER_TCP:
      return walkDnsOverTcp(walk);
    case next.STEP_BGP:
      return walkBgp(walk);
    case next.STEP_LINUX_COOKED_V1:
      return walkLinuxCooked(walk, 1);
    case next.STEP_LINUX_COOKED_V2:
      return walkLinuxCooked(walk, 2);
    case next.STEP_LOOPBACK:
      return walkLoopback(walk);
    case next.STEP_RAW:
      return walkRaw(walk);
    default:
      return walk.data();
  }
}
