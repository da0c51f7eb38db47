import { DecodeError } from "../../base/podwire-error.ts";
import { SocketError } from "../../kernel/socket-error.ts";
import { connectTcp } from "../../kernel/socket-tcp.ts";
import { decodeDns } from "../../wire/packet/dns/decode.ts";
import { encodeDnsQuery, prefixDnsLength } from "../../wire/packet/dns/encode.ts";
import type { DnsMessage } from "../../wire/packet/dns/message.ts";
import { dnsTypeName, dnsTypeNumber } from "../../wire/packet/dns/record.ts";
import { dnsRcodeName, formatDnsData } from "../../wire/packet/dns/text.ts";
import type { DnsQuerySeen, ProbeAttempt } from "../probe.ts";
import { candidateNames, type ResolvConf } from "../resolv-conf.ts";
import { failedAttempt, type ProbeAim, since } from "./attempt.ts";
import { exchange } from "./udp.ts";

/** Bytes before a message over TCP. */
const LENGTH_BYTES = 2;

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
  const datagram = overTcp ? undefined : (await exchange(aim, bytes)).answer;
  let message = datagram === undefined ? undefined : decodeDns(datagram);
  // RFC 1035 §4.2.1: what does not fit into a datagram is asked for again over TCP.
  if (message === undefined || message.truncated) message = decodeDns(await askTcp(aim, bytes));
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

/** One question on a connection of its own. */
async function askTcp(
  { netns, address, port, timeoutMs, signal }: ProbeAim,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const socket = await connectTcp(netns, { to: { address, port }, timeoutMs, signal });
  const timer = setTimeout(
    () => socket.destroy(new SocketError("DNS over TCP", "timed out")),
    timeoutMs,
  );
  try {
    socket.write(prefixDnsLength(bytes));
    let answer = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length < LENGTH_BYTES) continue;
      const end = LENGTH_BYTES + answer.readUInt16BE(0);
      if (answer.length >= end) return answer.subarray(LENGTH_BYTES, end);
    }
    throw new DecodeError("DECODE_TRUNCATED", "DNS over TCP", answer.length);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
