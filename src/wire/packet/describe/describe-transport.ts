/** One phrase for each protocol that IP carries; the addresses are the caller's. */

import { formatCidr } from "../../../net/cidr.ts";
import { type BgpMessage, bgpMessageName } from "../bgp/message.ts";
import type { IcmpLayer } from "../internet/icmp.ts";
import { icmpName, icmpv6Name } from "../internet/icmp-names.ts";
import type { Icmpv6Layer } from "../internet/icmpv6.ts";
import type { ArpLayer } from "../link/arp.ts";
import { ARP_REPLY, ARP_REQUEST } from "../link/arp.ts";
import type { SctpLayer } from "../transport/sctp.ts";
import { sctpChunkNames } from "../transport/sctp.ts";
import {
  TCP_ACK,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
  type TcpLayer,
} from "../transport/tcp.ts";
import type { RelativeSequence } from "./tcp-sequences.ts";

const flagNames: ReadonlyArray<readonly [number, string]> = [
  [TCP_FIN, "FIN"],
  [TCP_SYN, "SYN"],
  [TCP_RST, "RST"],
  [TCP_PSH, "PSH"],
  [TCP_ACK, "ACK"],
  [TCP_URG, "URG"],
  [TCP_ECE, "ECE"],
  [TCP_CWR, "CWR"],
];

/** `SYN, ACK`; empty when none is set. */
export function formatTcpFlags(flags: number): string {
  return flagNames
    .filter(([flag]) => (flags & flag) !== 0)
    .map(([, name]) => name)
    .join(", ");
}

/** `TCP [SYN] seq=0 win=64240 mss=1460`. */
export function describeTcp(tcp: TcpLayer, relative: RelativeSequence | undefined): string {
  const sequence = relative?.sequence ?? tcp.sequence;
  const { flags, window } = tcp;
  if (flags === undefined) return `TCP seq=${sequence}`;
  const acknowledgement = relative?.acknowledgement ?? tcp.acknowledgement;
  const words = [`TCP [${formatTcpFlags(flags)}]`, `seq=${sequence}`];
  if (tcp.has(TCP_ACK)) words.push(`ack=${acknowledgement}`);
  words.push(`win=${window}`);
  if (tcp.payloadLength > 0) words.push(`len=${tcp.payloadLength}`);
  // Where an overlay eats into the MTU, this is where it shows first.
  if (tcp.has(TCP_SYN)) {
    for (const option of tcp.options) if (option.type === "mss") words.push(`mss=${option.bytes}`);
  }
  return words.join(" ");
}

/** `ICMP echo request id=1 seq=2`, `ICMP fragmentation needed mtu=1450`. */
export function describeIcmp(icmp: IcmpLayer): string {
  const name = `ICMP ${icmpName(icmp.icmpType, icmp.code)}`;
  if (icmp.isEcho) return `${name} id=${icmp.identifier} seq=${icmp.sequence}`;
  if (icmp.nextHopMtu !== undefined) return `${name} mtu=${icmp.nextHopMtu}`;
  return icmp.gateway === undefined ? name : `${name} to ${icmp.gateway}`;
}

/** `ICMPv6 neighbour solicitation who-has fd00::2`. */
export function describeIcmpv6(icmp: Icmpv6Layer): string {
  const name = `ICMPv6 ${icmpv6Name(icmp.icmpType, icmp.code)}`;
  if (icmp.isEcho) return `${name} id=${icmp.identifier} seq=${icmp.sequence}`;
  if (icmp.mtu !== undefined) return `${name} mtu=${icmp.mtu}`;
  return icmp.target === undefined ? name : `${name} for ${icmp.target}`;
}

/** `SCTP [INIT]`, `SCTP [SACK, DATA]`. */
export function describeSctp(sctp: SctpLayer): string {
  const names = sctp.chunks.map(({ type }) => sctpChunkNames.get(type) ?? `chunk ${type}`);
  return `SCTP [${names.join(", ")}]`;
}

/** `ARP who-has 10.244.1.1 tell 10.244.1.2`, `ARP 10.244.1.1 is-at 02:…`. */
export function describeArp(arp: ArpLayer): string {
  if (arp.operation === ARP_REQUEST) {
    return arp.senderIp === arp.targetIp
      ? `ARP announcement for ${arp.targetIp}`
      : `ARP who-has ${arp.targetIp} tell ${arp.senderIp}`;
  }
  if (arp.operation === ARP_REPLY) return `ARP ${arp.senderIp} is-at ${arp.senderMac}`;
  return `ARP operation ${arp.operation}`;
}

/** `BGP OPEN AS64512 hold=90s id=192.168.0.16`, `BGP UPDATE 10.244.1.0/26 via 192.168.0.16`. */
export function describeBgp(message: BgpMessage): string {
  const name = `BGP ${bgpMessageName(message)}`;
  switch (message.type) {
    case "open":
      return `${name} AS${message.autonomousSystem} hold=${message.holdTimeSeconds}s id=${message.identifier}`;
    case "update": {
      const words = [name];
      if (message.announced.length > 0) {
        words.push(`${message.announced.map(formatCidr).join(", ")} via ${message.nextHop}`);
      }
      if (message.withdrawn.length > 0) {
        words.push(`withdraw ${message.withdrawn.map(formatCidr).join(", ")}`);
      }
      return words.join(" ");
    }
    case "notification":
      return `${name} ${message.code}/${message.subcode}`;
    default:
      return name;
  }
}
