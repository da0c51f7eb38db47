/** Short DNS queries, RFC 1035 §4, with EDNS (RFC 6891) when asked for. Whole messages: encode-message.ts. */
import { DNS_HEADER_BYTES } from "./message.ts";
import { encodeDnsName } from "./name.ts";
import { DNS_OPT } from "./record.ts";

const RECURSION_DESIRED = 0x0100;
const CLASS_IN = 1;

export interface DnsQueryFields {
  /** 16 bits; the answer repeats it. */
  readonly id: number;
  readonly name: string;
  /** IANA's number; see `dnsTypeNumber`. */
  readonly type: number;
  /** True unless given. */
  readonly recursionDesired?: boolean;
  /** Adds an OPT record that offers this size. */
  readonly udpPayloadBytes?: number;
}

/**
 * A query with one question. Over TCP its length goes before it: see {@link prefixDnsLength}.
 *
 * @throws RangeError when the name cannot be written.
 */
export function encodeDnsQuery(fields: DnsQueryFields): Uint8Array {
  const header = new Uint8Array(DNS_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint16(0, fields.id);
  view.setUint16(2, (fields.recursionDesired ?? true) ? RECURSION_DESIRED : 0);
  view.setUint16(4, 1);
  const options = fields.udpPayloadBytes === undefined ? [] : optRecord(fields.udpPayloadBytes);
  view.setUint16(10, options.length === 0 ? 0 : 1);
  return Uint8Array.of(
    ...header,
    ...encodeDnsName(fields.name),
    ...word(fields.type),
    ...word(CLASS_IN),
    ...options,
  );
}

/** The message as TCP carries it, RFC 1035 §4.2.2. */
export function prefixDnsLength(message: Uint8Array): Uint8Array {
  return Uint8Array.of(...word(message.byteLength), ...message);
}

/** `root name | OPT | payload size | extended rcode and flags (4) | no options`. */
function optRecord(udpPayloadBytes: number): readonly number[] {
  return [0, ...word(DNS_OPT), ...word(udpPayloadBytes), 0, 0, 0, 0, 0, 0];
}

function word(value: number): readonly number[] {
  return [value >>> 8, value & 0xff];
}
