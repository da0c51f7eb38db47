/** The names that a server knows, and what it says to a question. Pure. */
import type { DnsData, DnsRecord } from "../../wire/packet/dns/record.ts";
import { DNS_SOA } from "../../wire/packet/dns/record.ts";

const CLASS_IN = 1;
const DNS_ANY = 255;
/** Longer chains are most often circles: RFC 1034 §3.6.2 asks only that they end. */
const longestChain = 8;

/** One record of a name. */
export interface ZoneRecord {
  /** IANA's number. */
  readonly type: number;
  readonly data: DnsData;
}

export interface Zone {
  readonly recordsByName: ReadonlyMap<string, readonly ZoneRecord[]>;
  readonly ttlSeconds: number;
}

export interface ZoneAnswer {
  readonly rcode: "NOERROR" | "NXDOMAIN";
  readonly answers: readonly DnsRecord[];
  /** For who wants to know how long that there is nothing may be believed. RFC 2308 */
  readonly authorities: readonly DnsRecord[];
}

/** @param records by name, in any case and without final dot. A name that begins with `*.` stands for all below it. */
export function makeZone(
  records: Iterable<readonly [name: string, records: readonly ZoneRecord[]]>,
  ttlSeconds: number,
): Zone {
  const recordsByName = new Map<string, readonly ZoneRecord[]>();
  for (const [name, own] of records) {
    const key = name.toLowerCase();
    recordsByName.set(key, [...(recordsByName.get(key) ?? []), ...own]);
  }
  return { recordsByName, ttlSeconds };
}

/** What it says to `name` and `type`, following aliases; names keep the case they were asked in. */
export function askZone(zone: Zone, name: string, type: number): ZoneAnswer {
  const answers: DnsRecord[] = [];
  let owner = name;
  for (let step = 0; step < longestChain; step++) {
    const own = recordsOf(zone, owner);
    const wanted = own?.filter((each) => each.type === type || type === DNS_ANY) ?? [];
    answers.push(...wanted.map((each) => record(zone, owner, each)));
    const alias = own?.find(({ data }) => data.type === "cname");
    const isOver = wanted.length > 0 || alias?.data.type !== "cname";
    if (!isOver) {
      answers.push(record(zone, owner, alias));
      owner = alias.data.name;
      continue;
    }
    const isKnown = own !== undefined || hasBelow(zone, owner);
    const authorities = wanted.length > 0 ? [] : [startOfAuthority(zone, owner)];
    // RFC 6604 §3: of a chain, the code is of its last name.
    return { rcode: isKnown ? "NOERROR" : "NXDOMAIN", answers, authorities };
  }
  return { rcode: "NOERROR", answers, authorities: [] };
}

/** The name's own, or those of the nearest `*` above it. RFC 4592, without its finer points */
function recordsOf({ recordsByName }: Zone, name: string): readonly ZoneRecord[] | undefined {
  const labels = name.toLowerCase().split(".");
  const own = recordsByName.get(labels.join("."));
  if (own !== undefined) return own;
  for (let above = 1; above < labels.length; above++) {
    const found = recordsByName.get(`*.${labels.slice(above).join(".")}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A name without records that has names below it exists. RFC 8020 */
function hasBelow({ recordsByName }: Zone, name: string): boolean {
  const ending = `.${name.toLowerCase()}`;
  return [...recordsByName.keys()].some((known) => known.endsWith(ending));
}

function record({ ttlSeconds }: Zone, name: string, { type, data }: ZoneRecord): DnsRecord {
  return { name, type, class: CLASS_IN, ttlSeconds, data };
}

/** The domain of a name is all of it but its first label, as far as this server cares. */
function startOfAuthority(zone: Zone, name: string): DnsRecord {
  const domain = name.split(".").slice(1).join(".") || name;
  const data: DnsData = {
    type: "soa",
    primary: `ns.${domain}`,
    mailbox: `hostmaster.${domain}`,
    serial: 1,
    refreshSeconds: 7_200,
    retrySeconds: 1_800,
    expireSeconds: 86_400,
    minimumSeconds: zone.ttlSeconds,
  };
  return record(zone, domain, { type: DNS_SOA, data });
}
