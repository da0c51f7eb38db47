/**
 * What a DNS message says, RFC 1035 §4.1.
 *
 *     0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
 *    +-----------------------------------------------+
 *    |                      ID                       |
 *    +--+-----------+--+--+--+--+--+--+--+-----------+
 *    |QR|  opcode   |AA|TC|RD|RA| Z|AD|CD|   rcode   |
 *    +--+-----------+--+--+--+--+--+--+--+-----------+
 *    |  number of questions, answers, authorities,   |
 *    |  additional records: four words               |
 *    +-----------------------------------------------+
 */
import type { DnsRecord } from "./record.ts";

export const DNS_HEADER_BYTES = 12;

export interface DnsQuestion {
  /** Without the final dot, as Wireshark shows it; `<Root>` is the root. */
  readonly name: string;
  /** IANA's number; `dnsTypeName` gives its name. */
  readonly type: number;
  /** 1 is IN. Multicast DNS uses the highest bit to ask for a unicast answer. */
  readonly class: number;
}

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  /** 0 is an ordinary query. */
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** 0 no error, 3 no such name. Without the upper bits that OPT adds. */
  readonly rcode: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}
