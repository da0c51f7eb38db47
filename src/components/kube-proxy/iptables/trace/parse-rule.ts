/**
 * Reads rules in the two spellings there are: as kube-proxy writes them and as
 * `iptables-save` prints them. Only what kube-proxy and kubelet use; anything else
 * is refused.
 */
import { addressBits, type Cidr, parseCidr } from "../../../../net/cidr.ts";
import { familyOf, formatSocketAddress, parseIpAddress } from "../../../../net/ip-address.ts";
import { Words } from "../../trace/rule-words.ts";
import type { Match, Rule, Target } from "./rule.ts";

/** `text` begins with `-A CHAIN` or `-I CHAIN`. */
export function parseRule(text: string): Rule {
  const words = new Words(text);
  words.next();
  const chain = words.next();
  const matches: Match[] = [];
  let target: Target | undefined;
  while (words.hasMore) {
    const negated = words.skip("!");
    const option = words.next();
    if (option === "-j") target = parseTarget(words);
    else matches.push(...parseMatch(option, negated, words));
  }
  return { chain, text, matches, target };
}

type MatchParser = (words: Words, negated: boolean) => readonly Match[];

/** By option. What a module's name announces (`-m tcp`) is told by its options. */
const matchParsers: ReadonlyMap<string, MatchParser> = new Map<string, MatchParser>([
  ["-m", (words) => parseModule(words)],
  ["-s", (words, negated) => [{ type: "source", block: parseBlock(words), negated }]],
  ["--src", (words, negated) => [{ type: "source", block: parseBlock(words), negated }]],
  ["-d", (words, negated) => [{ type: "destination", block: parseBlock(words), negated }]],
  ["--dst", (words, negated) => [{ type: "destination", block: parseBlock(words), negated }]],
  ["-i", (words, negated) => [{ type: "inInterface", name: words.next(), negated }]],
  ["-p", (words) => [{ type: "protocol", protocol: words.next() }]],
  ["--dport", (words) => [{ type: "destinationPort", port: words.number() }]],
  [
    "--src-type",
    (words, negated) => [{ type: "sourceIsLocal", negated, ...words.expect("LOCAL") }],
  ],
  [
    "--dst-type",
    (words, negated) => [{ type: "destinationIsLocal", negated, ...words.expect("LOCAL") }],
  ],
  [
    "--ctstate",
    (words, negated) => [{ type: "ctstate", states: words.next().split(","), negated }],
  ],
  ["--state", (words, negated) => [{ type: "ctstate", states: words.next().split(","), negated }]],
  ["--physdev-is-in", (_, negated) => [{ type: "inByBridgePort", negated }]],
  ["--mark", (words, negated) => [{ type: "mark", ...parseMasked(words), negated }]],
  ["--comment", (words) => words.skipComment()],
  ["--nfacct-name", (words) => words.ignore()],
]);

/** Options that are written with `!` in front where they are negated. */
const negatable: ReadonlySet<string> = new Set([
  "-s",
  "--src",
  "-d",
  "--dst",
  "-i",
  "--ctstate",
  "--state",
  "--mark",
  "--src-type",
  "--dst-type",
  "--physdev-is-in",
]);

function parseMatch(option: string, negated: boolean, words: Words): readonly Match[] {
  const parser = matchParsers.get(option);
  if (parser === undefined || (negated && !negatable.has(option))) {
    throw words.refuse(negated ? `! ${option}` : option);
  }
  return parser(words, negated);
}

const modules: ReadonlySet<string> = new Set([
  "addrtype",
  "comment",
  "conntrack",
  "mark",
  "nfacct",
  "physdev",
  "sctp",
  "state",
  "tcp",
  "udp",
]);

function parseModule(words: Words): readonly Match[] {
  const name = words.next();
  if (name === "statistic") return parseStatistic(words);
  if (name === "recent") return parseRecent(words);
  if (name === "set") return parseSet(words);
  if (name === "ipvs") return parseVirtualServer(words);
  if (!modules.has(name)) throw words.refuse(`-m ${name}`);
  return [];
}

function parseStatistic(words: Words): readonly Match[] {
  words.expect("--mode");
  words.expect("random");
  words.expect("--probability");
  return [{ type: "probability", probability: words.number() }];
}

function parseRecent(words: Words): readonly Match[] {
  let name = "";
  let action: "rcheck" | "set" | undefined;
  for (;;) {
    if (words.skip("--name")) name = words.next();
    else if (words.skip("--rcheck")) action = "rcheck";
    else if (words.skip("--set")) action = "set";
    else if (words.skip("--seconds") || words.skip("--mask")) words.next();
    else if (!words.skip("--reap") && !words.skip("--rsource")) break;
  }
  if (action === undefined) throw words.refuse("-m recent without --rcheck or --set");
  return [{ type: "recent", name, action }];
}

function parseSet(words: Words): readonly Match[] {
  words.expect("--match-set");
  const name = words.next();
  const flags = words.next().split(",");
  if (!flags.every((flag) => flag === "src" || flag === "dst")) words.fail();
  return [{ type: "set", name, flags }];
}

/** `--vaddr 198.51.100.10 --vproto tcp --vport 80`, in any order; `iptables-save` has the protocol's number. */
function parseVirtualServer(words: Words): readonly Match[] {
  let [address, protocol, port] = ["", "", 0];
  for (;;) {
    if (words.skip("--vaddr")) address = words.next().replace(/\/\d+$/, "");
    else if (words.skip("--vproto")) protocol = words.next();
    else if (words.skip("--vport")) port = words.number();
    else break;
  }
  const parsed = parseIpAddress(address);
  if (parsed === undefined) throw words.refuse("-m ipvs without --vaddr");
  const name = protocolNames.get(protocol) ?? protocol;
  return [{ type: "virtualServer", key: `${name} ${formatSocketAddress(parsed, port)}` }];
}

/** IANA's numbers. */
const protocolNames: ReadonlyMap<string, string> = new Map([
  ["6", "tcp"],
  ["17", "udp"],
  ["132", "sctp"],
]);

type TargetType = Exclude<Target["type"], "jump" | "mark" | "dnat" | "redirect">;

const plainTargets: ReadonlyMap<string, TargetType> = new Map<string, TargetType>([
  ["RETURN", "return"],
  ["ACCEPT", "accept"],
  ["DROP", "drop"],
  ["REJECT", "reject"],
  ["MASQUERADE", "masquerade"],
]);

function parseTarget(words: Words): Target {
  const name = words.next();
  if (name === "MARK") return parseMarkTarget(words);
  if (name === "DNAT") {
    words.expect("--to-destination");
    return { type: "dnat", destination: words.next() };
  }
  if (name === "REDIRECT") {
    words.expect("--to-ports");
    return { type: "redirect", port: words.number() };
  }
  if (words.skip("--reject-with")) words.next();
  words.skip("--random-fully");
  const type = plainTargets.get(name);
  return type === undefined ? { type: "jump", chain: name } : { type };
}

function parseMarkTarget(words: Words): Target {
  const option = words.next();
  const { value, mask } = parseMasked(words);
  switch (option) {
    case "--or-mark":
      return { type: "mark", clear: value, toggle: value };
    case "--xor-mark":
      return { type: "mark", clear: 0, toggle: value };
    case "--set-xmark":
      return { type: "mark", clear: mask, toggle: value };
    default:
      throw words.refuse(`MARK ${option}`);
  }
}

/** `0x4000/0x4000`; without a mask, all bits. */
function parseMasked(words: Words): { readonly value: number; readonly mask: number } {
  const [value = "", mask = "0xffffffff"] = words.next().split("/");
  return { value: Number(value), mask: Number(mask) };
}

function parseBlock(words: Words): Cidr {
  const text = words.next();
  const address = parseIpAddress(text);
  const block =
    address === undefined
      ? parseCidr(text)
      : { address, prefixLength: addressBits(familyOf(address)) };
  if (block === undefined) throw words.refuse(text);
  return block;
}
