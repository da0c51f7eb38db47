/** Whole DNS messages, RFC 1035 §4. */
import { DecodeError } from "../../../base/podwire-error.ts";
import { ipAddressFromBytes } from "../../../net/ip-address.ts";
import { u8, u16, u32 } from "../fields.ts";
import { DNS_HEADER_BYTES, type DnsMessage, type DnsQuestion } from "./message.ts";
import { decodeDnsName } from "./name.ts";
import {
  DNS_A,
  DNS_AAAA,
  DNS_CNAME,
  DNS_MX,
  DNS_NS,
  DNS_OPT,
  DNS_PTR,
  DNS_SOA,
  DNS_SRV,
  DNS_TXT,
  type DnsData,
  type DnsRecord,
} from "./record.ts";

const RESPONSE = 0x8000;
const OPCODE_SHIFT = 11;
const OPCODE_MASK = 0x0f;
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
const AUTHENTIC_DATA = 0x0020;
const CHECKING_DISABLED = 0x0010;
const RCODE_MASK = 0x000f;
const QUESTION_FIXED_BYTES = 4;
const RECORD_FIXED_BYTES = 10;

/**
 * A DNS message without the length that precedes it over TCP. Bytes behind the
 * last record are ignored, as resolvers do.
 *
 * @throws DecodeError when the message ends early, or a record breaks its format.
 */
export function decodeDns(message: Uint8Array): DnsMessage {
  need(message, 0, DNS_HEADER_BYTES, "DNS header");
  const flags = u16(message, 2);
  const cursor: Cursor = { message, offset: DNS_HEADER_BYTES };
  return {
    id: u16(message, 0),
    isResponse: (flags & RESPONSE) !== 0,
    opcode: (flags >>> OPCODE_SHIFT) & OPCODE_MASK,
    authoritative: (flags & AUTHORITATIVE) !== 0,
    truncated: (flags & TRUNCATED) !== 0,
    recursionDesired: (flags & RECURSION_DESIRED) !== 0,
    recursionAvailable: (flags & RECURSION_AVAILABLE) !== 0,
    authenticData: (flags & AUTHENTIC_DATA) !== 0,
    checkingDisabled: (flags & CHECKING_DISABLED) !== 0,
    rcode: flags & RCODE_MASK,
    questions: repeat(u16(message, 4), () => readQuestion(cursor)),
    answers: repeat(u16(message, 6), () => readRecord(cursor)),
    authorities: repeat(u16(message, 8), () => readRecord(cursor)),
    additionals: repeat(u16(message, 10), () => readRecord(cursor)),
  };
}

/** Names point back into the message, so its reader keeps all of it. */
interface Cursor {
  readonly message: Uint8Array;
  offset: number;
}

/** Stops at the first that throws: a count of 65535 in a short message costs nothing. */
function repeat<T>(count: number, read: () => T): readonly T[] {
  const values: T[] = [];
  for (let index = 0; index < count; index++) values.push(read());
  return values;
}

function readQuestion(cursor: Cursor): DnsQuestion {
  const { name, next } = decodeDnsName(cursor.message, cursor.offset);
  need(cursor.message, next, QUESTION_FIXED_BYTES, "DNS question");
  cursor.offset = next + QUESTION_FIXED_BYTES;
  return { name, type: u16(cursor.message, next), class: u16(cursor.message, next + 2) };
}

/** `name | type (2) | class (2) | TTL (4) | length (2) | data`. */
function readRecord(cursor: Cursor): DnsRecord {
  const { message } = cursor;
  const { name, next } = decodeDnsName(message, cursor.offset);
  need(message, next, RECORD_FIXED_BYTES, "DNS record");
  const type = u16(message, next);
  const recordClass = u16(message, next + 2);
  const start = next + RECORD_FIXED_BYTES;
  const length = u16(message, next + 8);
  need(message, start, length, "DNS record data");
  cursor.offset = start + length;
  const field: DataField = { message, start, end: start + length, recordClass };
  const data = readData(type, field);
  return { name, type, class: recordClass, ttlSeconds: u32(message, next + 4), data };
}

interface DataField {
  readonly message: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly recordClass: number;
}

function readData(type: number, field: DataField): DnsData {
  const { message, start, end } = field;
  switch (type) {
    case DNS_A:
      return { type: "a", address: ipAddressFromBytes(fixed(field, 4)) };
    case DNS_AAAA:
      return { type: "aaaa", address: ipAddressFromBytes(fixed(field, 16)) };
    case DNS_CNAME:
      return { type: "cname", name: readName(field, start).name };
    case DNS_PTR:
      return { type: "ptr", name: readName(field, start).name };
    case DNS_NS:
      return { type: "ns", name: readName(field, start).name };
    case DNS_MX:
      return { type: "mx", preference: word(field, 0), name: readName(field, start + 2).name };
    case DNS_SRV:
      return readSrv(field);
    case DNS_TXT:
      return { type: "txt", texts: readTexts(field) };
    case DNS_SOA:
      return readSoa(field);
    case DNS_OPT:
      return {
        type: "opt",
        udpPayloadBytes: field.recordClass,
        options: message.slice(start, end),
      };
    default:
      return { type: "unknown", bytes: message.slice(start, end) };
  }
}

function readSrv(field: DataField): DnsData {
  return {
    type: "srv",
    priority: word(field, 0),
    weight: word(field, 2),
    port: word(field, 4),
    name: readName(field, field.start + 6).name,
  };
}

function readSoa(field: DataField): DnsData {
  const primary = readName(field, field.start);
  const mailbox = readName(field, primary.next);
  const { message } = field;
  const numbers = mailbox.next;
  if (numbers + 20 > field.end) throw new DecodeError("DECODE_MALFORMED", "SOA record", field.end);
  return {
    type: "soa",
    primary: primary.name,
    mailbox: mailbox.name,
    serial: u32(message, numbers),
    refreshSeconds: u32(message, numbers + 4),
    retrySeconds: u32(message, numbers + 8),
    expireSeconds: u32(message, numbers + 12),
    minimumSeconds: u32(message, numbers + 16),
  };
}

/** `length (1) | text`, repeated. */
function readTexts({ message, start, end }: DataField): readonly string[] {
  const texts: string[] = [];
  let offset = start;
  while (offset < end) {
    const next = offset + 1 + u8(message, offset);
    if (next > end) throw new DecodeError("DECODE_MALFORMED", "TXT record", offset);
    texts.push(new TextDecoder().decode(message.subarray(offset + 1, next)));
    offset = next;
  }
  return texts;
}

function readName({ message, end }: DataField, start: number): { name: string; next: number } {
  const decoded = decodeDnsName(message, start);
  if (decoded.next > end) throw new DecodeError("DECODE_MALFORMED", "name in DNS record", start);
  return decoded;
}

function fixed({ message, start, end }: DataField, size: number): Uint8Array {
  if (start + size > end) throw new DecodeError("DECODE_MALFORMED", "address in DNS record", start);
  return message.subarray(start, start + size);
}

function word({ message, start, end }: DataField, at: number): number {
  if (start + at + 2 > end) throw new DecodeError("DECODE_MALFORMED", "number in DNS record", end);
  return u16(message, start + at);
}

function need(message: Uint8Array, offset: number, bytes: number, what: string): void {
  if (offset + bytes > message.byteLength) {
    throw new DecodeError("DECODE_TRUNCATED", what, message.byteLength);
  }
}
