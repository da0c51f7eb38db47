/** resolv.conf(5) as glibc reads it, and the names it makes of one name. */
import { type IpAddress, parseIpAddress } from "../net/ip-address.ts";

export interface ResolvConf {
  /** glibc asks the first three, in this order. */
  readonly nameservers: readonly IpAddress[];
  readonly search: readonly string[];
  /** A name with at least so many dots is tried as it is before the search list. */
  readonly ndots: number;
}

const MAX_NAMESERVERS = 3;
const MAX_NDOTS = 15;

export function parseResolvConf(text: string): ResolvConf {
  const nameservers: IpAddress[] = [];
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line
      .replace(/[#;].*$/, "")
      .trim()
      .split(/\s+/);
    if (keyword === "nameserver") nameservers.push(...parseAddresses(values.slice(0, 1)));
    // The last of them counts; `domain` is a search list of one.
    if (keyword === "search" || keyword === "domain") search = values;
    if (keyword === "options") ndots = parseNdots(values) ?? ndots;
  }
  return { nameservers: nameservers.slice(0, MAX_NAMESERVERS), search, ndots };
}

/**
 * The names to ask for, in order, until one has an address: `redis` becomes
 * `redis.vote.svc.cluster.local` first when ndots says that it is too short to be
 * whole. A final dot says that the name is whole.
 */
export function candidateNames(name: string, { search, ndots }: ResolvConf): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, "")}`);
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

function parseAddresses(texts: readonly string[]): readonly IpAddress[] {
  return texts.flatMap((text) => parseIpAddress(text) ?? []);
}

function parseNdots(options: readonly string[]): number | undefined {
  const value = options.findLast((option) => /^ndots:\d+$/.test(option))?.slice("ndots:".length);
  return value === undefined ? undefined : Math.min(Number(value), MAX_NDOTS);
}
