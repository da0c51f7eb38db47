/** Connections that the kernel tracks in one netns, and so the address translations in effect. */
import { ProgramError } from "../../base/podwire-error.ts";
import { type IpAddress, parseIpAddress } from "../../net/ip-address.ts";
import type { Netns } from "../netns.ts";
import { runRestore } from "./restore.ts";

/** One direction of a connection. */
interface ConntrackTuple {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** Of TCP, UDP and SCTP. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

export interface ConntrackEntry {
  /** As conntrack names it: `tcp`, `udp`, `icmp`… */
  readonly protocol: string;
  readonly timeoutSeconds: number;
  /** Of TCP: `ESTABLISHED`, `TIME_WAIT`… */
  readonly state?: string;
  /** As the first packet came in. */
  readonly original: ConntrackTuple;
  /** As answers are expected; differs from the original turned round where an address is translated. */
  readonly reply: ConntrackTuple;
  readonly assured: boolean;
  /** No answer has been seen. */
  readonly unreplied: boolean;
  readonly mark: number;
}

/** All that are given must hold. */
export interface ConntrackFilter {
  readonly protocol?: string;
  readonly originalSource?: IpAddress;
  readonly originalSourcePort?: number;
  readonly originalDestination?: IpAddress;
  readonly originalDestinationPort?: number;
  /** Where the destination was translated to. */
  readonly translatedDestination?: IpAddress;
}

/**
 * Equivalent to: `ip netns exec $netns conntrack -L -o extended`, for both IPv4 and IPv6. The file
 * /proc/net/nf_conntrack is readable to the host's root only.
 *
 * @throws ProgramError
 */
export async function listConntrack(netns: Netns): Promise<readonly ConntrackEntry[]> {
  const tables = await Promise.all(
    ["ipv4", "ipv6"].map((family) =>
      runRestore({ netns, file: "conntrack", args: ["-L", "-f", family, "-o", "extended"] }),
    ),
  );
  return tables.flatMap(({ stdout }) => parseConntrack(stdout));
}

/**
 * How many were deleted; none is no error.
 *
 * Equivalent to: `ip netns exec $netns conntrack -D …`
 *
 * @throws ProgramError
 */
export async function deleteConntrack(netns: Netns, filter: ConntrackFilter): Promise<number> {
  const { protocol, originalDestinationPort, translatedDestination } = filter;
  const args = [
    ...option("-p", protocol),
    ...option("--orig-src", filter.originalSource),
    ...option("--orig-port-src", filter.originalSourcePort),
    ...option("--orig-dst", filter.originalDestination),
    ...option("--orig-port-dst", originalDestinationPort),
    ...option("--dst-nat", translatedDestination),
  ];
  // Exit code 1 also says that nothing matched, and then the count is printed all the same.
  const { stderr } = await runRestore({
    netns,
    file: "conntrack",
    args: ["-D", ...args],
    accept: [1],
  });
  const count = /(?<count>\d+) flow entries have been deleted/.exec(stderr)?.groups?.["count"];
  if (count === undefined) {
    throw new ProgramError(`conntrack -D in netns ${netns.name}: ${stderr.trim()}`, { stderr });
  }
  return Number(count);
}

/** The lines of `conntrack -L -o extended`; those of other forms are left out. */
export function parseConntrack(text: string): readonly ConntrackEntry[] {
  return text.split("\n").flatMap((line) => parseEntry(line) ?? []);
}

/** `ipv4 2 tcp 6 119 TIME_WAIT src=… dst=… sport=… dport=… src=… dst=… sport=… dport=… [ASSURED] mark=0 use=1` */
const ENTRY = /^ipv[46]\s+\d+ (?<protocol>\S+)\s+\d+ (?<timeout>\d+) (?:(?<state>[A-Z_\d]+) )?src=/;
const TUPLE =
  /\bsrc=(?<source>\S+) dst=(?<destination>\S+)(?: sport=(?<sport>\d+) dport=(?<dport>\d+))?/g;

function parseEntry(line: string): ConntrackEntry | undefined {
  const groups = ENTRY.exec(line)?.groups;
  const [original, reply] = [...line.matchAll(TUPLE)].map((match) => parseTuple(match.groups));
  if (groups === undefined || original === undefined || reply === undefined) return undefined;
  const { protocol = "", timeout, state } = groups;
  return {
    protocol,
    timeoutSeconds: Number(timeout),
    ...(state !== undefined && { state }),
    original,
    reply,
    assured: line.includes("[ASSURED]"),
    unreplied: line.includes("[UNREPLIED]"),
    mark: Number(/ mark=(?<mark>\d+)/.exec(line)?.groups?.["mark"] ?? 0),
  };
}

function parseTuple(groups: Record<string, string> | undefined): ConntrackTuple | undefined {
  const source = parseIpAddress(groups?.["source"] ?? "");
  const destination = parseIpAddress(groups?.["destination"] ?? "");
  if (source === undefined || destination === undefined) return undefined;
  if (groups?.["sport"] === undefined) return { source, destination };
  const sourcePort = Number(groups["sport"]);
  return { source, destination, sourcePort, destinationPort: Number(groups["dport"]) };
}

function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [name, String(value)];
}
