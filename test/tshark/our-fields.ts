/** The fields of our layers under Wireshark's names, as `tshark -T fields` would print them. */
import { unreachable } from "../../src/base/unreachable.ts";
import type { DnsMessage } from "../../src/wire/packet/dns/message.ts";
import type { DnsData } from "../../src/wire/packet/dns/record.ts";
import type { Layer } from "../../src/wire/packet/layer.ts";

/** Every field that is compared. */
export const comparedFields: readonly string[] = [
  "eth.src",
  "eth.dst",
  "vlan.id",
  "arp.opcode",
  "arp.src.proto_ipv4",
  "arp.dst.proto_ipv4",
  "ip.src",
  "ip.dst",
  "ip.ttl",
  "ip.id",
  "ip.frag_offset",
  "ip.flags.mf",
  "ipv6.src",
  "ipv6.dst",
  "ipv6.hlim",
  "icmp.type",
  "icmp.code",
  "icmp.ident",
  "icmp.mtu",
  "icmpv6.type",
  "icmpv6.code",
  "udp.srcport",
  "udp.dstport",
  "tcp.srcport",
  "tcp.dstport",
  "tcp.seq",
  "tcp.flags",
  "tcp.window_size_value",
  "tcp.options.mss_val",
  "tcp.options.wscale.shift",
  "tcp.options.timestamp.tsval",
  "sctp.srcport",
  "sctp.dstport",
  "sctp.chunk_type",
  "vxlan.vni",
  "dns.id",
  "dns.flags.rcode",
  "dns.qry.name",
  "dns.a",
  "dns.aaaa",
  "dns.cname",
  "dns.ptr.domain_name",
  "dns.ns",
  "dns.srv.target",
  "dns.srv.port",
  "dns.txt",
  "dns.mx.mail_exchange",
  "dns.soa.mname",
  "bgp.type",
];

type Field = readonly [name: string, value: string | number | undefined];

/** A list for each field that occurs, in the order of the layers. */
export function ourFields(layers: readonly Layer[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of layers.flatMap(fieldsOf)) {
    if (value === undefined) continue;
    const values = found.get(name) ?? [];
    values.push(String(value));
    found.set(name, values);
  }
  return found;
}

function fieldsOf(layer: Layer): readonly Field[] {
  switch (layer.type) {
    case "eth":
      return [
        ["eth.src", layer.source],
        ["eth.dst", layer.destination],
      ];
    case "vlan":
      return [["vlan.id", layer.id]];
    case "arp":
      return [
        ["arp.opcode", layer.operation],
        ["arp.src.proto_ipv4", layer.senderIp],
        ["arp.dst.proto_ipv4", layer.targetIp],
      ];
    case "ip":
      return [
        ["ip.src", layer.source],
        ["ip.dst", layer.destination],
        ["ip.ttl", layer.ttl],
        ["ip.id", hex(layer.identification, 4)],
        // As on the wire, in units of eight bytes.
        ["ip.frag_offset", layer.fragmentOffset / 8],
        ["ip.flags.mf", layer.moreFragments ? 1 : 0],
      ];
    case "ipv6":
      return [
        ["ipv6.src", layer.source],
        ["ipv6.dst", layer.destination],
        ["ipv6.hlim", layer.hopLimit],
      ];
    case "icmp":
      return [
        ["icmp.type", layer.icmpType],
        ["icmp.code", layer.code],
        ["icmp.ident", layer.identifier],
        ["icmp.mtu", layer.nextHopMtu],
      ];
    case "icmpv6":
      return [
        ["icmpv6.type", layer.icmpType],
        ["icmpv6.code", layer.code],
      ];
    case "udp":
      return [
        ["udp.srcport", layer.sourcePort],
        ["udp.dstport", layer.destinationPort],
      ];
    case "tcp":
      return [
        ["tcp.srcport", layer.sourcePort],
        ["tcp.dstport", layer.destinationPort],
        ["tcp.seq", layer.sequence],
        ["tcp.flags", layer.flags === undefined ? undefined : hex(layer.flags, 4)],
        ["tcp.window_size_value", layer.window],
        ...layer.options.flatMap((option): readonly Field[] => {
          if (option.type === "mss") return [["tcp.options.mss_val", option.bytes]];
          if (option.type === "window-scale") return [["tcp.options.wscale.shift", option.shift]];
          if (option.type === "timestamps") return [["tcp.options.timestamp.tsval", option.value]];
          return [];
        }),
      ];
    case "sctp":
      return [
        ["sctp.srcport", layer.sourcePort],
        ["sctp.dstport", layer.destinationPort],
        ...layer.chunks.map(({ type }): Field => ["sctp.chunk_type", type]),
      ];
    case "vxlan":
      return [["vxlan.vni", layer.vni]];
    case "dns":
    case "mdns":
      return fieldsOfDns(layer.message);
    case "bgp":
      return [["bgp.type", layer.messageType]];
    case "data":
    case "gre":
    case "ieee8021ad":
    case "ipv6.dstopts":
    case "ipv6.fraghdr":
    case "ipv6.hopopts":
    case "ipv6.routing":
    case "llc":
    case "malformed":
    case "null":
    case "raw":
    case "short":
    case "sll":
      return [];
    default:
      return unreachable(layer);
  }
}

function fieldsOfDns(message: DnsMessage): readonly Field[] {
  const records = [message.answers, message.authorities, message.additionals].flat();
  return [
    ["dns.id", hex(message.id, 4)],
    ["dns.flags.rcode", message.isResponse ? message.rcode : undefined],
    ...message.questions.map(({ name }): Field => ["dns.qry.name", name]),
    ...records.flatMap(({ data }) => fieldsOfRecord(data)),
  ];
}

function fieldsOfRecord(data: DnsData): readonly Field[] {
  switch (data.type) {
    case "a":
      return [["dns.a", data.address]];
    case "aaaa":
      return [["dns.aaaa", data.address]];
    case "cname":
      return [["dns.cname", data.name]];
    case "ptr":
      return [["dns.ptr.domain_name", data.name]];
    case "ns":
      return [["dns.ns", data.name]];
    case "mx":
      return [["dns.mx.mail_exchange", data.name]];
    case "srv":
      return [
        ["dns.srv.port", data.port],
        ["dns.srv.target", data.name],
      ];
    case "txt":
      return data.texts.map((text): Field => ["dns.txt", text]);
    case "soa":
      return [["dns.soa.mname", data.primary]];
    default:
      return [];
  }
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
