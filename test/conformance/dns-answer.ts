/** Does a message say what a recorded case says? Pure. */
import type { DnsMessage } from "../../src/wire/packet/dns/message.ts";
import { DNS_OPT, DNS_SOA, type DnsRecord, dnsTypeName } from "../../src/wire/packet/dns/record.ts";
import { dnsRcodeName, formatDnsData } from "../../src/wire/packet/dns/text.ts";
import type { DnsCase } from "./dns-cases.ts";

/** The SOA's third number: when something last changed. */
const SERIAL = 2;

/** What differs, a line each: sets of records are compared, whatever their order. */
export function differences(wanted: DnsCase, message: DnsMessage): readonly string[] {
  const { rcode, answers, authorities, additionals, authoritative } = message;
  const soa = authorities.filter(({ type }) => type === DNS_SOA).map(recordLine);
  const seen = {
    rcode: [dnsRcodeName(rcode)],
    aa: [String(authoritative)],
    answer: answers.map(recordLine),
    additional: additionals.filter(({ type }) => type !== DNS_OPT).map(recordLine),
    soa: soa.map(withoutSerial),
  };
  const expected = {
    rcode: [wanted.rcode],
    aa: [String(wanted.aa)],
    answer: wanted.answer,
    additional: wanted.additional,
    soa: wanted.soa === null ? [] : [wanted.soa],
  };
  return (Object.keys(expected) as Array<keyof typeof expected>).flatMap((part) => {
    const [ours, theirs] = [seen[part], expected[part]].map((lines) =>
      lines
        .map((line) => (part === "answer" ? withoutSerial(line) : line))
        .sort()
        .join(" | "),
    );
    return ours === theirs
      ? []
      : [`${part}: ${ours || "nothing"}; recorded: ${theirs || "nothing"}`];
  });
}

function recordLine({ name, type, ttlSeconds, data }: DnsRecord): string {
  return `${dotted(name)} ${ttlSeconds} IN ${dnsTypeName(type)} ${withDots(data)}`;
}

function withDots(data: DnsRecord["data"]): string {
  switch (data.type) {
    case "cname":
    case "ptr":
    case "ns":
    case "mx":
    case "srv":
      return dotted(formatDnsData(data));
    case "soa":
      return formatDnsData({
        ...data,
        primary: dotted(data.primary),
        mailbox: dotted(data.mailbox),
      });
    default:
      return formatDnsData(data);
  }
}

function dotted(name: string): string {
  return name === "<Root>" ? "." : `${name}.`;
}

function withoutSerial(line: string): string {
  const [name = "", ttl = "", dnsClass = "", type = "", ...data] = line.split(" ");
  if (type !== "SOA") return line;
  return [name, ttl, dnsClass, type, ...data.with(SERIAL, "<serial>")].join(" ");
}
