import { DecodeError } from "../../base/podwire-error.ts";
import { encodeDnsQuery } from "../../wire/packet/dns/encode.ts";
import type { DnsMessage } from "../../wire/packet/dns/message.ts";
import { dnsTypeName, dnsTypeNumber } from "../../wire/packet/dns/record.ts";
import { dnsRcodeName, formatDnsData } from "../../wire/packet/dns/text.ts";
import type { DnsQuerySeen, ProbeAttempt } from "../probe.ts";
import { candidateNames, type ResolvConf } from "../resolv-conf.ts";
import { askDns } from "./ask-dns.ts";
import { failedAttempt, type ProbeAim, since } from "./attempt.ts";

/**
 * Resolves a name as a program at that place would: the search list of its
 * resolv.conf in order, until a name has an answer. `aim.address` and `aim.port`
 * are the server's.
 */
export async function probeDns(
  aim: ProbeAim,
  name: string,
  resolvConf: ResolvConf,
): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  const queries: DnsQuerySeen[] = [];
  try {
    for (const candidate of candidateNames(name, resolvConf)) {
      const seen = await query(aim, candidate);
      queries.push(seen);
      if (seen.answers.length > 0) return { ok: true, latencyMs: since(startedAt), queries };
    }
    const message = `${name} has no ${aim.options.recordType ?? "A"} record`;
    return { ok: false, latencyMs: since(startedAt), reason: "no such name", message, queries };
  } catch (error) {
    if (error instanceof DecodeError) {
      const latencyMs = since(startedAt);
      return { ok: false, latencyMs, reason: "bad answer", message: error.message, queries };
    }
    return { ...failedAttempt(error, startedAt), queries };
  }
}

async function query(aim: ProbeAim, name: string): Promise<DnsQuerySeen> {
  const { recordType = "A", overTcp = false } = aim.options;
  const type = dnsTypeNumber(recordType) ?? 1;
  const id = Math.floor(Math.random() * 0x1_0000);
  const bytes = encodeDnsQuery({ id, name, type });
  let message = await askDns(aim, bytes, overTcp ? "tcp" : "udp");
  // RFC 1035 §4.2.1: what does not fit into a datagram is asked for again over TCP.
  if (message.truncated) message = await askDns(aim, bytes, "tcp");
  return describe(name, recordType, message);
}

function describe(name: string, type: string, { rcode, answers }: DnsMessage): DnsQuerySeen {
  return {
    name,
    type: type.toUpperCase(),
    rcode: dnsRcodeName(rcode),
    answers: answers.map((record) => ({
      name: record.name,
      type: dnsTypeName(record.type),
      ttl: record.ttlSeconds,
      data: formatDnsData(record.data),
    })),
  };
}
