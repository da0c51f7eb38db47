import type { DnsMessage } from "../dns/message.ts";
import { dnsTypeName } from "../dns/record.ts";
import { dnsRcodeName, formatDnsData } from "../dns/text.ts";

/** `DNS query 0x1a2b A redis.vote`, `DNS response 0x1a2b A redis.vote: 10.96.1.2`, `…: NXDOMAIN`. */
export function describeDns(message: DnsMessage): string {
  const id = `0x${message.id.toString(16).padStart(4, "0")}`;
  const asked = message.questions.map(({ name, type }) => ` ${dnsTypeName(type)} ${name}`).join();
  if (!message.isResponse) return `DNS query ${id}${asked}`;
  return `DNS response ${id}${asked}: ${describeAnswer(message)}`;
}

/** With the type where it is not the one that was asked for: `CNAME db.local, 10.0.0.1`. */
function describeAnswer({ rcode, truncated, questions, answers }: DnsMessage): string {
  const askedType = questions[0]?.type;
  const records = answers.map(({ type, data }) =>
    type === askedType ? formatDnsData(data) : `${dnsTypeName(type)} ${formatDnsData(data)}`,
  );
  const words = records.length === 0 ? "no records" : records.join(", ");
  const outcome = rcode === 0 ? words : [dnsRcodeName(rcode), ...records].join(", ");
  return truncated ? `${outcome} (truncated)` : outcome;
}
