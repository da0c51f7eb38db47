/** From the bytes of a question to the bytes of its answer. Pure. */
import { DecodeError } from "../../base/podwire-error.ts";
import { decodeDns } from "../../wire/packet/dns/decode.ts";
import { encodeDnsMessage } from "../../wire/packet/dns/encode-message.ts";
import type { DnsMessage } from "../../wire/packet/dns/message.ts";
import { DNS_OPT, type DnsRecord } from "../../wire/packet/dns/record.ts";
import { askZone, type Zone } from "./zone.ts";

/** RFC 1035 §4.2.1: what a datagram may hold unless the question says more. */
const plainDatagramBytes = 512;
/** RFC 6891 §6.2.5: what this server would take. */
const ownPayloadBytes = 1_232;
const QUERY = 0;
const FORMERR = 1;
const NXDOMAIN = 3;
const NOTIMP = 4;

/** Undefined when the bytes deserve no answer: they are no question. */
export function answerQuery(
  zone: Zone,
  bytes: Uint8Array,
  transport: "udp" | "tcp",
): Uint8Array | undefined {
  const query = decode(bytes);
  if (query === undefined || query.isResponse) return undefined;
  const answer = answerTo(zone, query);
  const whole = encodeDnsMessage(answer);
  if (transport === "tcp" || whole.byteLength <= datagramLimit(query)) return whole;
  // It did not fit: whoever asked is to ask again over TCP. RFC 2181 §9
  const cut = { ...answer, truncated: true, answers: [], authorities: [] };
  return encodeDnsMessage(cut);
}

function answerTo(zone: Zone, query: DnsMessage): DnsMessage {
  const [question, ...more] = query.questions;
  const answer: DnsMessage = {
    ...query,
    isResponse: true,
    authoritative: false,
    truncated: false,
    recursionAvailable: true,
    authenticData: false,
    answers: [],
    authorities: [],
    additionals: optOf(query) === undefined ? [] : [ownOpt],
  };
  if (query.opcode !== QUERY) return { ...answer, rcode: NOTIMP };
  if (question === undefined || more.length > 0) return { ...answer, rcode: FORMERR };
  const { rcode, answers, authorities } = askZone(zone, question.name, question.type);
  const number = rcode === "NXDOMAIN" ? NXDOMAIN : 0;
  return { ...answer, authoritative: true, rcode: number, answers, authorities };
}

const ownOpt: DnsRecord = {
  name: "",
  type: DNS_OPT,
  class: ownPayloadBytes,
  ttlSeconds: 0,
  data: { type: "opt", udpPayloadBytes: ownPayloadBytes, options: new Uint8Array() },
};

function optOf({ additionals }: DnsMessage): DnsRecord | undefined {
  return additionals.find(({ type }) => type === DNS_OPT);
}

function datagramLimit(query: DnsMessage): number {
  return Math.max(plainDatagramBytes, optOf(query)?.class ?? 0);
}

function decode(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return decodeDns(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
