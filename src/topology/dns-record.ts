/** A DNS record as a topology writes it: an address, or a type and its data as in zone files. */
import { familyOf, type IpAddress, parseIpAddress } from "../net/ip-address.ts";

/** Names without final dot. */
export type DnsRecordData =
  | { readonly type: "a" | "aaaa"; readonly address: IpAddress }
  | { readonly type: "cname" | "ptr" | "ns"; readonly name: string }
  | { readonly type: "mx"; readonly preference: number; readonly name: string }
  | {
      readonly type: "srv";
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly name: string;
    }
  | { readonly type: "txt"; readonly texts: readonly string[] };

/** Bytes: a string of a TXT record. RFC 1035 §3.3 */
const longestText = 255;

/** `198.51.100.7`, `CNAME docs.example.net`, `MX 10 mail.example.net`, `SRV 0 100 443 web.example.net`, `TXT hello`. */
export function parseDnsRecord(written: string): DnsRecordData | undefined {
  const text = written.trim();
  const { type = "", rest = "" } = /^(?<type>\w+)\s+(?<rest>.+)$/s.exec(text)?.groups ?? {};
  return parseAddress(text) ?? parsers.get(type.toLowerCase())?.(rest, rest.split(/\s+/));
}

type Parse = (text: string, words: readonly string[]) => DnsRecordData | undefined;

/** By type, in small letters. */
const parsers: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ["a", (text) => only("a", parseAddress(text))],
  ["aaaa", (text) => only("aaaa", parseAddress(text))],
  ["cname", (text) => parseAlias("cname", text)],
  ["ptr", (text) => parseAlias("ptr", text)],
  ["ns", (text) => parseAlias("ns", text)],
  ["mx", (_, words) => parseMx(words)],
  ["srv", (_, words) => parseSrv(words)],
  ["txt", parseTexts],
]);

function only(type: string, record: DnsRecordData | undefined): DnsRecordData | undefined {
  return record?.type === type ? record : undefined;
}

function parseAddress(text: string): DnsRecordData | undefined {
  const address = parseIpAddress(text);
  if (address === undefined) return undefined;
  return { type: familyOf(address) === "ipv4" ? "a" : "aaaa", address };
}

function parseAlias(type: "cname" | "ptr" | "ns", text: string): DnsRecordData | undefined {
  const name = parseDnsName(text);
  return name === undefined ? undefined : { type, name };
}

function parseMx([number = "", target = "", ...more]: readonly string[]):
  | DnsRecordData
  | undefined {
  const [preference, name] = [parseWord(number), parseDnsName(target)];
  if (preference === undefined || name === undefined || more.length > 0) return undefined;
  return { type: "mx", preference, name };
}

function parseSrv(words: readonly string[]): DnsRecordData | undefined {
  const [priority, weight, port] = words.slice(0, 3).map(parseWord);
  const name = parseDnsName(words[3] ?? "");
  if (priority === undefined || weight === undefined || port === undefined) return undefined;
  return name === undefined || words.length !== 4
    ? undefined
    : { type: "srv", priority, weight, port, name };
}

/** Without the final dot; a first label of `*` is a name for all below the rest. */
export function parseDnsName(text: string): string | undefined {
  const name = text.replace(/\.$/, "");
  const isName =
    name.length <= 253 &&
    /^(?:\*\.)?[a-z0-9_](?:[-a-z0-9_]{0,62})(?:\.[a-z0-9_][-a-z0-9_]{0,62})*$/i.test(name);
  return isName ? name : undefined;
}

/** 16 bits. */
function parseWord(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 0xffff ? Number(text) : undefined;
}

/** `"v=1" "more"`, or one text without quotes. */
function parseTexts(text: string): DnsRecordData | undefined {
  const quoted = [...text.matchAll(/"([^"]*)"/g)].map(([, inside = ""]) => inside);
  const texts = quoted.length > 0 ? quoted : [text];
  const fits = texts.every((each) => Buffer.byteLength(each) <= longestText);
  return fits ? { type: "txt", texts } : undefined;
}
