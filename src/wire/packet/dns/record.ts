/** Resource records, RFC 1035 §3.2, with SRV (RFC 2782), AAAA (RFC 3596) and OPT (RFC 6891). */
import type { IpAddress } from "../../../net/ip-address.ts";

export const DNS_A = 1;
export const DNS_NS = 2;
export const DNS_CNAME = 5;
export const DNS_SOA = 6;
export const DNS_PTR = 12;
export const DNS_MX = 15;
export const DNS_TXT = 16;
export const DNS_AAAA = 28;
export const DNS_SRV = 33;
export const DNS_OPT = 41;
const DNS_ANY = 255;

/** The part of a record that depends on its type; names as in a question. */
export type DnsData =
  | { readonly type: "a"; readonly address: IpAddress }
  | { readonly type: "aaaa"; readonly address: IpAddress }
  | { readonly type: "cname"; readonly name: string }
  | { readonly type: "ptr"; readonly name: string }
  | { readonly type: "ns"; readonly name: string }
  | { readonly type: "mx"; readonly preference: number; readonly name: string }
  | {
      readonly type: "srv";
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly name: string;
    }
  /** Each string of the record; bytes that are not UTF-8 are replaced. */
  | { readonly type: "txt"; readonly texts: readonly string[] }
  | {
      readonly type: "soa";
      readonly primary: string;
      readonly mailbox: string;
      readonly serial: number;
      readonly refreshSeconds: number;
      readonly retrySeconds: number;
      readonly expireSeconds: number;
      readonly minimumSeconds: number;
    }
  /** EDNS: the class field carries the payload size, the TTL the flags. */
  | { readonly type: "opt"; readonly udpPayloadBytes: number; readonly options: Uint8Array }
  | { readonly type: "unknown"; readonly bytes: Uint8Array };

export interface DnsRecord {
  readonly name: string;
  /** IANA's number. */
  readonly type: number;
  /** 1 is IN; the highest bit is multicast DNS's "cache flush". */
  readonly class: number;
  readonly ttlSeconds: number;
  readonly data: DnsData;
}

const typeNames: ReadonlyMap<number, string> = new Map([
  [DNS_A, "A"],
  [DNS_NS, "NS"],
  [DNS_CNAME, "CNAME"],
  [DNS_SOA, "SOA"],
  [DNS_PTR, "PTR"],
  [DNS_MX, "MX"],
  [DNS_TXT, "TXT"],
  [DNS_AAAA, "AAAA"],
  [DNS_SRV, "SRV"],
  [DNS_OPT, "OPT"],
  [DNS_ANY, "ANY"],
]);

/** `A`, `SRV`; `TYPE65` for one that has no name here (RFC 3597 §5). */
export function dnsTypeName(type: number): string {
  return typeNames.get(type) ?? `TYPE${type}`;
}

/** The number of `A`, `srv`, `TYPE65`; undefined for a word that is no type. */
export function dnsTypeNumber(name: string): number | undefined {
  const upper = name.toUpperCase();
  for (const [type, known] of typeNames) if (known === upper) return type;
  const number = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  return number === undefined || Number(number) > 0xffff ? undefined : Number(number);
}
