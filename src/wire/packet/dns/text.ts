/** DNS in words, as `dig` prints it. */
import { unreachable } from "../../../base/unreachable.ts";
import type { DnsData } from "./record.ts";

/** IANA's response codes, RFC 1035 §4.1.1 and RFC 6895 §2.3. */
const rcodeNames: readonly string[] = [
  "NOERROR",
  "FORMERR",
  "SERVFAIL",
  "NXDOMAIN",
  "NOTIMP",
  "REFUSED",
];

/** `NXDOMAIN`; `RCODE9` for one that has no name here. */
export function dnsRcodeName(rcode: number): string {
  return rcodeNames[rcode] ?? `RCODE${rcode}`;
}

/** `10.96.0.10`, `0 100 6379 redis.vote.svc.cluster.local`, `"v=1"`; names without the final dot. */
export function formatDnsData(data: DnsData): string {
  switch (data.type) {
    case "a":
    case "aaaa":
      return data.address;
    case "cname":
    case "ptr":
    case "ns":
      return data.name;
    case "mx":
      return `${data.preference} ${data.name}`;
    case "srv":
      return `${data.priority} ${data.weight} ${data.port} ${data.name}`;
    case "txt":
      return data.texts.map((text) => JSON.stringify(text)).join(" ");
    case "soa":
      return [
        data.primary,
        data.mailbox,
        data.serial,
        data.refreshSeconds,
        data.retrySeconds,
        data.expireSeconds,
        data.minimumSeconds,
      ].join(" ");
    case "opt":
      return `udp=${data.udpPayloadBytes}`;
    case "unknown":
      // RFC 3597 §5.
      return `\\# ${data.bytes.byteLength} ${Buffer.from(data.bytes).toString("hex")}`.trimEnd();
    default:
      return unreachable(data);
  }
}
