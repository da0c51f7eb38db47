/** What ipvs mode has on a node, read from the text of it: by commands as kube-proxy gives them, or as the programs save them. */
import { type Cidr, contains, parseCidr } from "../../../../net/cidr.ts";
import { formatSocketAddress, type IpAddress, parseIpAddress } from "../../../../net/ip-address.ts";
import { onlyKubeRules } from "../../iptables/sync/saved-rules.ts";
import type { SetFlag } from "../../iptables/trace/rule.ts";
import { applyPayload, type RuleSet } from "../../iptables/trace/rule-set.ts";
import { Words } from "../../trace/rule-words.ts";
import { RulesError } from "../../trace/rules-error.ts";
import type { TracedPacket } from "../../trace/traced-packet.ts";
import { splitIpvsText } from "../text/ipvs-text.ts";

interface ReadRealServer {
  /** `ip:port`, `[ip]:port`. */
  readonly text: string;
  readonly weight: number;
  /** The command that adds it. */
  readonly command: string;
}

export interface ReadServer {
  /** `tcp 10.96.0.20:80`. */
  readonly key: string;
  /** The kernel's name: `rr`. */
  readonly scheduler: string;
  readonly command: string;
  readonly realServers: readonly ReadRealServer[];
}

/** An ipset: what it keeps of a packet, and which. */
interface ReadSet {
  readonly kind: string;
  readonly entries: ReadonlySet<string>;
  /** Of kind `hash:ip,port,net`: blocks by what stands before them. */
  readonly blocks: ReadonlyMap<string, readonly Cidr[]>;
}

export interface IpvsRules {
  /** On kube-ipvs0. */
  readonly bound: ReadonlySet<IpAddress>;
  readonly servers: ReadonlyMap<string, ReadServer>;
  readonly sets: ReadonlyMap<string, ReadSet>;
  readonly rules: RuleSet;
}

/** @param text as `joinIpvsText` makes it. @throws RulesError for what no kube-proxy writes. */
export function readIpvsRules(text: string): IpvsRules {
  const { addresses, servers, sets, rules } = splitIpvsText(text);
  return {
    bound: new Set(addresses.flatMap(boundAddress)),
    servers: readServers(servers),
    sets: readSets(sets),
    rules: applyPayload(onlyKubeRules(rules.join("\n"))),
  };
}

/** `address add 10.96.0.20/32 dev kube-ipvs0`. */
function boundAddress(line: string): readonly IpAddress[] {
  const [, text = ""] = /^address add (\S+)\/\d+ /.exec(line) ?? [];
  const address = parseIpAddress(text);
  return address === undefined ? [] : [address];
}

const protocols: ReadonlyMap<string, string> = new Map([
  ["-t", "tcp"],
  ["-u", "udp"],
  ["--sctp-service", "sctp"],
]);

function readServers(lines: readonly string[]): ReadonlyMap<string, ReadServer> {
  const servers = new Map<string, ReadServer & { readonly realServers: ReadRealServer[] }>();
  for (const command of lines) {
    if (command === "") continue;
    const words = new Words(command);
    const verb = words.next();
    const protocol = protocols.get(words.next());
    // Of a firewall mark: somebody else's.
    if (protocol === undefined) continue;
    const key = `${protocol} ${words.next()}`;
    if (verb === "-A") {
      servers.set(key, {
        key,
        command,
        scheduler: optionOf(words, "-s") ?? "wlc",
        realServers: [],
      });
      continue;
    }
    if (verb !== "-a") throw words.refuse(verb);
    const text = optionOf(words, "-r");
    const weight = Number(optionOf(words, "-w") ?? 1);
    if (text === undefined) throw words.refuse("a real server without -r");
    servers.get(key)?.realServers.push({ text, weight, command });
  }
  return servers;
}

/** The word behind an option, which comes after all that was taken. */
function optionOf(words: Words, option: string): string | undefined {
  while (words.hasMore) if (words.next() === option) return words.next();
  return undefined;
}

function readSets(lines: readonly string[]): ReadonlyMap<string, ReadSet> {
  const sets = new Map<
    string,
    { kind: string; entries: Set<string>; blocks: Map<string, Cidr[]> }
  >();
  for (const line of lines) {
    const [verb, name = "", word = ""] = line.split(" ");
    if (verb === "create") sets.set(name, { kind: word, entries: new Set(), blocks: new Map() });
    const set = sets.get(name);
    if (verb !== "add" || set === undefined) continue;
    if (set.kind !== "hash:ip,port,net") {
      set.entries.add(word);
      continue;
    }
    const comma = word.lastIndexOf(",");
    const [before, block] = [word.slice(0, comma), parseBlock(word.slice(comma + 1))];
    set.blocks.set(before, [...(set.blocks.get(before) ?? []), block]);
  }
  return sets;
}

function parseBlock(text: string): Cidr {
  // A block of one address is saved as the address.
  const block = parseCidr(text) ?? parseCidr(`${text}/${text.includes(":") ? 128 : 32}`);
  if (block === undefined) throw new RulesError(`set entry ${text}: is no block of addresses`);
  return block;
}

/** @throws RulesError for a set that is not there, as the kernel refuses a rule that asks it. */
export function isInSet(
  { sets }: Pick<IpvsRules, "sets">,
  name: string,
  flags: readonly SetFlag[],
  packet: TracedPacket,
): boolean {
  const set = sets.get(name);
  if (set === undefined) throw new RulesError(`ipset ${name}: there is no such set`);
  const [first, , third] = flags.map((flag) => sideOf(packet, flag));
  const port = portOf(packet, set.kind === "bitmap:port" ? flags[0] : flags[1]);
  if (first === undefined) return false;
  switch (set.kind) {
    case "hash:ip":
      return set.entries.has(first);
    case "bitmap:port":
      return port !== undefined && set.entries.has(String(port));
    case "hash:ip,port":
      return set.entries.has(`${first},${packet.protocol}:${port}`);
    case "hash:ip,port,ip":
      return set.entries.has(`${first},${packet.protocol}:${port},${third}`);
    case "hash:ip,port,net": {
      const blocks = set.blocks.get(`${first},${packet.protocol}:${port}`) ?? [];
      return third !== undefined && blocks.some((block) => contains(block, third));
    }
    default:
      throw new RulesError(`ipset ${name}: kind ${set.kind} is not understood`);
  }
}

function sideOf({ source, destination }: TracedPacket, flag: SetFlag): IpAddress {
  return flag === "src" ? source : destination;
}

/** A client's port is the kernel's choice: in no set. */
function portOf({ destinationPort }: TracedPacket, flag: SetFlag | undefined): number | undefined {
  return flag === "dst" ? destinationPort : undefined;
}

/** The virtual server that a packet is for. */
export function serverFor(
  { servers }: IpvsRules,
  { protocol, destination, destinationPort }: TracedPacket,
): ReadServer | undefined {
  if (destinationPort === undefined) return undefined;
  return servers.get(`${protocol} ${formatSocketAddress(destination, destinationPort)}`);
}
