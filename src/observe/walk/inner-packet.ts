/** What the ends of a connection sent, told apart from what carries it on one wire or another. */
import { formatSocketAddress } from "../../net/ip-address.ts";
import { describeArp, formatTcpFlags } from "../../wire/packet/describe/describe-transport.ts";
import type { IcmpLayer } from "../../wire/packet/internet/icmp.ts";
import { icmpName, icmpv6Name } from "../../wire/packet/internet/icmp-names.ts";
import type { Icmpv6Layer } from "../../wire/packet/internet/icmpv6.ts";
import type { Ipv4Layer } from "../../wire/packet/internet/ipv4.ts";
import type { Ipv6Layer } from "../../wire/packet/internet/ipv6.ts";
import type { Layer } from "../../wire/packet/layer.ts";
import { ARP_REPLY, ARP_REQUEST, type ArpLayer } from "../../wire/packet/link/arp.ts";
import type { SctpLayer } from "../../wire/packet/transport/sctp.ts";
import { TCP_ACK, TCP_SYN, type TcpLayer } from "../../wire/packet/transport/tcp.ts";
import type { UdpLayer } from "../../wire/packet/transport/udp.ts";
import type { Tunnel } from "./packet-walk.ts";

type IpLayer = Ipv4Layer | Ipv6Layer;
type IcmpLayers = IcmpLayer | Icmpv6Layer;
type Content = TcpLayer | UdpLayer | SctpLayer | IcmpLayers;

/** Whence and whither, as on this wire: `10.244.1.2:40312`, or an address alone where there are no ports. */
export interface Ends {
  readonly source: string;
  readonly destination: string;
}

export interface InnerPacket extends Ends {
  readonly transport: "tcp" | "udp" | "sctp" | "icmp" | "arp";
  /** `TCP SYN`, `UDP, 12 bytes`, `ICMP port unreachable`. */
  readonly words: string;
  /** The same on every wire, for translation and tunnels leave it alone, and of another packet another. */
  readonly mark: string;
  /** It begins something: a SYN, an echo request, a question. Every datagram may. */
  readonly opens: boolean;
  /** Of an ICMP error: the ends of the packet that it is about. */
  readonly quoted?: Ends;
  /** What it travels in, outermost first. */
  readonly tunnels: readonly Tunnel[];
}

/** Undefined for what is neither IP nor ARP, or cannot be read. */
export function innerPacket(layers: readonly Layer[]): InnerPacket | undefined {
  const tunnels: Tunnel[] = [];
  let ip: IpLayer | undefined;
  for (const [place, layer] of layers.entries()) {
    switch (layer.type) {
      case "ip":
      case "ipv6":
        if (ip !== undefined) tunnels.push({ protocol: "IPIP", ...addressesOf(ip) });
        ip = layer;
        break;
      case "gre":
      case "vxlan":
        if (ip !== undefined) tunnels.push({ protocol: nameOf(layer), ...addressesOf(ip) });
        ip = undefined;
        break;
      case "arp":
        return ofArp(layer, tunnels);
      case "udp":
        // A tunnel's own datagram: what it carries is next.
        if (layers[place + 1]?.type === "vxlan" || ip === undefined) break;
        return { ...ofContent(ip, layer), tunnels };
      case "tcp":
      case "sctp":
        return ip && { ...ofContent(ip, layer), tunnels };
      case "icmp":
      case "icmpv6":
        return ip && { ...ofIcmp(ip, layer, layers.slice(place + 1)), tunnels };
    }
  }
  return undefined;
}

function nameOf(tunnel: Extract<Layer, { type: "vxlan" | "gre" }>): string {
  return tunnel.type === "vxlan" ? `VXLAN ${tunnel.vni}` : "GRE";
}

function addressesOf({ source, destination }: IpLayer): Ends {
  return { source, destination };
}

function ofContent(
  ip: IpLayer,
  content: TcpLayer | UdpLayer | SctpLayer,
): Omit<InnerPacket, "tunnels"> {
  const common = { transport: content.type, ...endsOf(ip, content), mark: markOf(content) };
  switch (content.type) {
    case "tcp": {
      const { flags = 0 } = content;
      const opens = (flags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
      return { ...common, words: `TCP ${formatTcpFlags(flags)}`, opens };
    }
    case "udp":
      return { ...common, words: `UDP, ${content.payloadLength} bytes`, opens: true };
    case "sctp":
      return { ...common, words: "SCTP", opens: true };
  }
}

function ofIcmp(
  ip: IpLayer,
  icmp: IcmpLayers,
  behind: readonly Layer[],
): Omit<InnerPacket, "tunnels"> {
  const { type, icmpType, code } = icmp;
  const words =
    type === "icmp" ? `ICMP ${icmpName(icmpType, code)}` : `ICMPv6 ${icmpv6Name(icmpType, code)}`;
  const isRequest = icmpType === (type === "icmp" ? 8 : 128);
  const common = { transport: "icmp", ...addressesOf(ip), words, opens: isRequest } as const;
  const quoted = icmp.isEcho ? undefined : innerPacket(behind);
  return quoted === undefined
    ? { ...common, mark: markOf(icmp) }
    : { ...common, mark: `${icmpType}/${code} ${quoted.mark}`, quoted };
}

function ofArp(arp: ArpLayer, tunnels: readonly Tunnel[]): InnerPacket | undefined {
  const { operation, senderIp, targetIp } = arp;
  if (senderIp === undefined || targetIp === undefined) return undefined;
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) return undefined;
  const words = describeArp(arp);
  const common = { transport: "arp", source: senderIp, destination: targetIp } as const;
  return { ...common, words, mark: words, opens: operation === ARP_REQUEST, tunnels };
}

function endsOf(ip: IpLayer, content: Content): Ends {
  if (!("sourcePort" in content)) return addressesOf(ip);
  return {
    source: formatSocketAddress(ip.source, content.sourcePort),
    destination: formatSocketAddress(ip.destination, content.destinationPort),
  };
}

/** Neither addresses nor ports, nor an ICMP echo's identifier, which is translated like a port. */
function markOf(content: Content): string {
  switch (content.type) {
    case "tcp": {
      const { flags = 0, sequence, acknowledgement = 0, payloadLength } = content;
      return `tcp ${flags} ${sequence} ${acknowledgement} ${payloadLength}`;
    }
    case "icmp":
    case "icmpv6":
      return `${content.type} ${content.icmpType} ${content.code} ${content.sequence} ${bytesOf(content)}`;
    default:
      return `${content.type} ${content.payloadLength} ${bytesOf(content)}`;
  }
}

function bytesOf({ payload }: Content): string {
  return Buffer.from(payload).toString("base64");
}
