/** One DNS question and its whole answer. */
import { DecodeError } from "../../base/podwire-error.ts";
import { SocketError } from "../../kernel/sockets/socket-error.ts";
import { connectTcp } from "../../kernel/sockets/tcp.ts";
import { decodeDns } from "../../wire/packet/dns/decode.ts";
import { prefixDnsLength } from "../../wire/packet/dns/encode.ts";
import type { DnsMessage } from "../../wire/packet/dns/message.ts";
import { type ExchangeAim, exchange } from "./udp.ts";

/** Bytes before a message over TCP. */
const LENGTH_BYTES = 2;

/**
 * By UDP as it is answered there, even when cut short; by TCP on a connection of its own.
 *
 * @throws SocketError when no answer comes, DecodeError when it is none.
 */
export async function askDns(
  aim: ExchangeAim,
  query: Uint8Array,
  transport: "udp" | "tcp",
): Promise<DnsMessage> {
  const bytes =
    transport === "udp" ? (await exchange(aim, query)).answer : await askTcp(aim, query);
  return decodeDns(bytes);
}

async function askTcp(
  { netns, address, port, timeoutMs, signal }: ExchangeAim,
  query: Uint8Array,
): Promise<Uint8Array> {
  const socket = await connectTcp(netns, { to: { address, port }, timeoutMs, signal });
  const timer = setTimeout(
    () => socket.destroy(new SocketError("DNS over TCP", "timed out")),
    timeoutMs,
  );
  try {
    socket.write(prefixDnsLength(query));
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
