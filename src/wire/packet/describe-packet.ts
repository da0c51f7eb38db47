/**
 * A packet in one line, as the info column of Wireshark or a line of tcpdump:
 *
 *    10.244.1.2:40312 > 10.244.2.3:80 TCP [SYN] seq=0 win=64240
 *    192.168.0.16 > 192.168.0.18 VXLAN 1 | 10.244.1.2 > 10.244.2.3 ICMP echo request id=1 seq=1
 *    10.244.1.2:5353 > 10.96.0.10:53 DNS query 0x1a2b A redis.vote
 *
 * A bar stands where one packet carries another, outermost first.
 */
import { unreachable } from "../../base/unreachable.ts";
import { describeDns } from "./describe/describe-dns.ts";
import {
  describeArp,
  describeBgp,
  describeIcmp,
  describeIcmpv6,
  describeSctp,
  describeTcp,
} from "./describe/describe-transport.ts";
import { PacketLine } from "./describe/packet-line.ts";
import type { TcpSequences } from "./describe/tcp-sequences.ts";
import type { Layer } from "./layer.ts";

export interface DescribeOptions {
  /** Remembers the packets before, so that sequence numbers start at 0; without it they are the wire's. */
  readonly sequences?: TcpSequences;
}

/** `layers` as `decodePacket` returns them; empty text for none. */
export function describePacket(
  layers: readonly Layer[],
  { sequences }: DescribeOptions = {},
): string {
  const line = new PacketLine();
  for (const layer of layers) addLayer(line, layer, sequences);
  return line.text;
}

function addLayer(line: PacketLine, layer: Layer, sequences: TcpSequences | undefined): void {
  switch (layer.type) {
    case "eth":
      line.beginFrame(layer.source, layer.destination, layer.etherType);
      break;
    case "vlan":
    case "ieee8021ad":
      line.addTag(`VLAN ${layer.id}`, layer.etherType);
      break;
    case "sll":
      line.beginFrame(layer.source, undefined, layer.protocol);
      break;
    case "llc":
      line.say("LLC");
      break;
    case "arp":
      line.sayAlone(describeArp(layer));
      break;
    case "ip":
    case "ipv6":
      line.beginPacket(layer);
      break;
    case "ipv6.fraghdr":
      line.noteFragment(layer);
      break;
    case "icmp":
      line.say(describeIcmp(layer));
      break;
    case "icmpv6":
      line.say(describeIcmpv6(layer));
      break;
    case "tcp": {
      line.setPorts(layer.sourcePort, layer.destinationPort);
      const relative = sequences?.relative(line.source, line.destination, layer);
      line.say(describeTcp(layer, relative));
      break;
    }
    case "udp":
      line.setPorts(layer.sourcePort, layer.destinationPort);
      line.say(`UDP len=${layer.payloadLength}`);
      break;
    case "sctp":
      line.setPorts(layer.sourcePort, layer.destinationPort);
      line.say(describeSctp(layer));
      break;
    case "gre":
      line.say(layer.key === undefined ? "GRE" : `GRE key=${layer.key}`);
      break;
    case "vxlan":
      line.clearPorts();
      line.say(`VXLAN ${layer.vni}`);
      break;
    case "dns":
    case "mdns":
      line.sayMessage(describeDns(layer.message));
      break;
    case "bgp":
      line.sayMessage(describeBgp(layer.message));
      break;
    case "data":
      line.sayData(layer.payloadLength);
      break;
    case "malformed":
      line.note(`[malformed ${layer.protocol}: ${layer.reason}]`);
      break;
    case "short":
      line.note(`[${layer.protocol} cut short: ${layer.reason}]`);
      break;
    case "ipv6.hopopts":
    case "ipv6.routing":
    case "ipv6.dstopts":
    case "null":
    case "raw":
      break;
    default:
      unreachable(layer);
  }
}
