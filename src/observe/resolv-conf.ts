/** resolv.conf(5) as glibc reads it, and the names it makes of one name. */
import { type IpAddress, parseIpAddress } from "../net/ip-address.ts";

export interface ResolvConf {
  /** glibc asks the first three, in this order. */
  readonly nameservers: readonly IpAddress[];
  readonly search: readonly string[];
  /** A name with at least so many dots is tried as it is before the search list. */
  readonly ndots: number;
  /** How long the first server is waited for. */
  readonly timeoutMs: number;
  /** How often all servers are tried. */
  readonly attempts: number;
  /** Each name begins with another server. */
  readonly rotate: boolean;
  /** `use-vc`: ask over TCP from the start. */
  readonly overTcp: boolean;
}

const MAX_NAMESERVERS = 3;
// resolv.h: RES_MAXNDOTS, RES_TIMEOUT, RES_MAXRETRANS, RES_DFLRETRY, RES_MAXRETRY
const MAX_NDOTS = 15;
const DEFAULT_TIMEOUT_SECONDS = 5;
const MAX_TIMEOUT_SECONDS = 30;
const DEFAULT_ATTEMPTS = 2;
const MAX_ATTEMPTS = 5;

export function parseResolvConf(text: string): ResolvConf {
  const nameservers: IpAddress[] = [];
  let search: readonly string[] = [];
  const options: string[] = [];
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line
      .replace(/[#;].*$/, "")
      .trim()
      .split(/\s+/);
    if (keyword === "nameserver") nameservers.push(...parseAddresses(values.slice(0, 1)));
    // The last of them counts; `domain` is a search list of one.
    if (keyword === "search" || keyword === "domain") search = values;
    if (keyword === "options") options.push(...values);
  }
  const timeoutSeconds = Math.max(1, numberIn(options, "timeout") ?? DEFAULT_TIMEOUT_SECONDS);
  return {
    nameservers: nameservers.slice(0, MAX_NAMESERVERS),
    search,
    ndots: Math.min(numberIn(options, "ndots") ?? 1, MAX_NDOTS),
    timeoutMs: Math.min(timeoutSeconds, MAX_TIMEOUT_SECONDS) * 1_000,
    attempts: Math.min(
      Math.max(1, numberIn(options, "attempts") ?? DEFAULT_ATTEMPTS),
      MAX_ATTEMPTS,
    ),
    rotate: options.includes("rotate"),
    overTcp: options.includes("use-vc"),
  };
}

/**
 * The names to ask for, in order, until one has an address: `redis` becomes
 * `redis.vote.svc.cluster.local` first when ndots says that it is too short to be
 * whole. A final dot says that the name is whole.
 */
export function candidateNames(name: string, { search, ndots }: ResolvConf): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = search
    .map((domain) => domain.replace(/\.$/, ""))
    // The root in a search list is the name as it is.
    .map((domain) => (domain === "" ? name : `${name}.${domain}`));
  const dots = name.split(".").length - 1;
  return [...new Set(dots >= ndots ? [name, ...searched] : [...searched, name])];
}

function parseAddresses(texts: readonly string[]): readonly IpAddress[] {
  return texts.flatMap((text) => parseIpAddress(text) ?? []);
}

/** Of `ndots:5`; of several the last one counts. */
function numberIn(options: readonly string[], name: string): number | undefined {
  const found = options.findLast((option) => new RegExp(`^${name}:\\d+$`).test(option));
  return found === undefined ? undefined : Number(found.slice(name.length + 1));
}
