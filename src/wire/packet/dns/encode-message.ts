/** Whole DNS messages into bytes, RFC 1035 §4.1: the counterpart of decode.ts. Names are written out, never compressed. */
import { ipAddressBytes } from "../../../net/ip-address.ts";
import { DNS_HEADER_BYTES, type DnsMessage, type DnsQuestion } from "./message.ts";
import { encodeDnsName } from "./name.ts";
import type { DnsData, DnsRecord } from "./record.ts";

const RESPONSE = 0x8000;
const OPCODE_SHIFT = 11;
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
const AUTHENTIC_DATA = 0x0020;
const CHECKING_DISABLED = 0x0010;
/** A string of a TXT record has its length in one byte. */
const MAX_TEXT_BYTES = 255;

/** @throws RangeError when a name or a text is too long for its place. */
export function encodeDnsMessage(message: DnsMessage): Uint8Array {
  const { questions, answers, authorities, additionals } = message;
  const header = new Uint8Array(DNS_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint16(0, message.id);
  view.setUint16(2, flagsOf(message));
  for (const [index, section] of [questions, answers, authorities, additionals].entries()) {
    view.setUint16(4 + 2 * index, section.length);
  }
  return Uint8Array.from([
    ...header,
    ...questions.flatMap(questionBytes),
    ...[...answers, ...authorities, ...additionals].flatMap(recordBytes),
  ]);
}

function flagsOf(message: DnsMessage): number {
  return (
    (message.isResponse ? RESPONSE : 0) |
    (message.opcode << OPCODE_SHIFT) |
    (message.authoritative ? AUTHORITATIVE : 0) |
    (message.truncated ? TRUNCATED : 0) |
    (message.recursionDesired ? RECURSION_DESIRED : 0) |
    (message.recursionAvailable ? RECURSION_AVAILABLE : 0) |
    (message.authenticData ? AUTHENTIC_DATA : 0) |
    (message.checkingDisabled ? CHECKING_DISABLED : 0) |
    message.rcode
  );
}

function questionBytes({ name, type, class: questionClass }: DnsQuestion): readonly number[] {
  return [...encodeDnsName(name), ...word(type), ...word(questionClass)];
}

/** `name | type (2) | class (2) | TTL (4) | length (2) | data`. */
function recordBytes(record: DnsRecord): readonly number[] {
  const data = dataBytes(record.data);
  return [
    ...encodeDnsName(record.name),
    ...word(record.type),
    ...word(record.class),
    ...doubleWord(record.ttlSeconds),
    ...word(data.length),
    ...data,
  ];
}

function dataBytes(data: DnsData): readonly number[] {
  switch (data.type) {
    case "a":
    case "aaaa":
      return [...ipAddressBytes(data.address)];
    case "cname":
    case "ptr":
    case "ns":
      return [...encodeDnsName(data.name)];
    case "mx":
      return [...word(data.preference), ...encodeDnsName(data.name)];
    case "srv":
      return [
        ...[data.priority, data.weight, data.port].flatMap(word),
        ...encodeDnsName(data.name),
      ];
    case "txt":
      return data.texts.flatMap(textBytes);
    case "soa":
      return [
        ...encodeDnsName(data.primary),
        ...encodeDnsName(data.mailbox),
        ...[data.serial, data.refreshSeconds, data.retrySeconds].flatMap(doubleWord),
        ...[data.expireSeconds, data.minimumSeconds].flatMap(doubleWord),
      ];
    case "opt":
      return [...data.options];
    case "unknown":
      return [...data.bytes];
  }
}

function textBytes(text: string): readonly number[] {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_TEXT_BYTES) {
    throw new RangeError(`a text of a TXT record has at most ${MAX_TEXT_BYTES} bytes`);
  }
  return [bytes.length, ...bytes];
}

function word(value: number): readonly number[] {
  return [value >>> 8, value & 0xff];
}

function doubleWord(value: number): readonly number[] {
  return [...word(value >>> 16), ...word(value & 0xffff)];
}
