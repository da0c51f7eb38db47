/**
 * Follows the first packet of a connection through the table, in the order of the kernel's hooks
 * and, at one hook, of the chains' priorities:
 *
 *     from another machine or a pod:   prerouting, then input for the node itself, or forward and
 *                                      postrouting
 *     from the node itself:            output, postrouting, and, when it is sent to the node itself,
 *                                      input
 *
 * Where a rule throws dice the walk splits: each result is one way that the packet may go.
 * Affinity never holds, since the client is a new one.
 */
import { parseIpAddress } from "../../../net/ip-address.ts";
import { RulesError } from "../model/rules-error.ts";
import type {
  IsLocal,
  MatchedRule,
  TracedPacket,
  TracedPath,
  TraceOptions,
} from "../model/traced-packet.ts";
import { matchRule, type PacketState } from "./packet-match.ts";
import type { Action, Rule, Verdict } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

/** A packet on its way. Immutable, because ways split. */
interface Walk extends PacketState {
  readonly masqueraded: boolean;
  readonly probability: number;
  readonly rules: readonly MatchedRule[];
}

type Ending = "accept" | "drop" | "reject" | "translated";

/** Where a walk stands after a rule or a chain: at its end, or still going. */
interface Step {
  readonly walk: Walk;
  readonly ending: Ending | "return" | undefined;
}

interface Node {
  readonly rules: RuleSet;
  readonly isLocal: IsLocal;
}

/** By hook, the base chains in the order of their priorities. */
const hooks = {
  prerouting: ["filter-prerouting-pre-dnat", "nat-prerouting"],
  output: ["filter-output-pre-dnat", "nat-output", "filter-output"],
  input: ["filter-input"],
  forward: ["filter-forward"],
  postrouting: ["nat-postrouting"],
} as const;

/**
 * Every way that the packet may go, in the order of the rules that part them; their probabilities
 * add up to 1.
 */
export function tracePacket(
  rules: RuleSet,
  packet: TracedPacket,
  { localAddresses }: TraceOptions,
): readonly TracedPath[] {
  const local = new Set(localAddresses);
  const isLocal: IsLocal = (address) =>
    local.has(address) || address.startsWith("127.") || address === "::1";
  const node = { rules, isLocal };
  const start: Walk = {
    packet,
    mark: 0,
    target: undefined,
    masqueraded: false,
    probability: 1,
    rules: [],
  };
  const first = isLocal(packet.source) ? hooks.output : hooks.prerouting;
  return passChains(node, first, [{ walk: start, ending: undefined }])
    .flatMap((step) => passChains(node, chainsAfterNat(step.walk, isLocal), [step]))
    .map(({ walk, ending }) => ({
      verdict: ending === "drop" || ending === "reject" ? ending : "accept",
      decided: ending === "drop" || ending === "reject" || ending === "accept",
      target: walk.target,
      masqueraded: walk.masqueraded,
      probability: walk.probability,
      rules: walk.rules,
    }));
}

/** The rest of the way is known once DNAT has decided where the packet goes. */
function chainsAfterNat({ packet }: Walk, isLocal: IsLocal): readonly string[] {
  const toNode = isLocal(packet.destination);
  if (isLocal(packet.source)) return [...hooks.postrouting, ...(toNode ? hooks.input : [])];
  return toNode ? hooks.input : [...hooks.forward, ...hooks.postrouting];
}

function passChains(
  node: Node,
  chains: readonly string[],
  start: readonly Step[],
): readonly Step[] {
  let steps = start;
  for (const chain of chains) {
    steps = steps.flatMap((step) => {
      if (step.ending === "drop" || step.ending === "reject") return [step];
      return runChain(node, chain, step.walk).map(({ walk, ending }) => ({
        walk,
        // Accepted or translated here, a packet still passes the chains that come after.
        ending: ending === "drop" || ending === "reject" ? ending : undefined,
      }));
    });
  }
  return steps;
}

function runChain(node: Node, chain: string, start: Walk): readonly Step[] {
  const ended: Step[] = [];
  let live: readonly Walk[] = [start];
  for (const rule of node.rules.chains.get(chain)?.rules ?? []) {
    live = live.flatMap((walk) => {
      if (!matchRule(rule, walk, node)) return [walk];
      const steps = runRule(node, rule, walk);
      ended.push(...steps.filter(({ ending }) => ending !== undefined));
      return steps.filter(({ ending }) => ending === undefined).map((step) => step.walk);
    });
  }
  return [...ended, ...live.map((walk) => ({ walk, ending: undefined }))];
}

function runRule(node: Node, rule: Rule, walk: Walk): readonly Step[] {
  const matched: Walk = {
    ...walk,
    rules: [...walk.rules, { table: "kube-proxy", chain: rule.chain, text: rule.text }],
  };
  return runAction(node, rule.action, matched, walk);
}

/** `before` is the walk without this rule, for a look-up that finds nothing. */
function runAction(
  node: Node,
  action: Action | undefined,
  walk: Walk,
  before: Walk,
): readonly Step[] {
  if (action === undefined) return [{ walk, ending: undefined }];
  switch (action.type) {
    case "lookup": {
      const verdict = lookUp(node, action, walk);
      return verdict === undefined
        ? [{ walk: before, ending: undefined }]
        : runVerdict(node, verdict, walk);
    }
    case "choice":
      return action.verdicts.flatMap((verdict) => {
        const probability = walk.probability / action.verdicts.length;
        return runVerdict(node, verdict, { ...walk, probability });
      });
    case "mark":
      return [
        { walk: { ...walk, mark: (walk.mark & ~action.clear) ^ action.toggle }, ending: undefined },
      ];
    case "dnat":
      return [{ walk: translate(walk, action.destination), ending: "translated" }];
    case "masquerade":
      return [{ walk: { ...walk, masqueraded: true }, ending: "translated" }];
    default:
      return runVerdict(node, action, walk);
  }
}

function runVerdict(node: Node, verdict: Verdict, walk: Walk): readonly Step[] {
  if (verdict.type !== "jump" && verdict.type !== "goto") return [{ walk, ending: verdict.type }];
  return runChain(node, verdict.chain, walk).map((step) => {
    if (step.ending !== undefined && step.ending !== "return") return step;
    // After a jump the packet goes on with the next rule; after a goto, behind whoever jumped last.
    return { walk: step.walk, ending: verdict.type === "jump" ? undefined : "return" };
  });
}

function lookUp(
  { rules }: Node,
  { map, withAddress }: Extract<Action, { type: "lookup" }>,
  { packet }: Walk,
): Verdict | undefined {
  const port = `${packet.protocol} . ${packet.destinationPort}`;
  const key = withAddress ? `${packet.destination} . ${port}` : port;
  return rules.sets.get(map)?.elements.get(key)?.verdict;
}

function translate(walk: Walk, target: string): Walk {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(target) ?? [];
  const destination = parseIpAddress(bracketed ?? plain ?? "");
  if (destination === undefined) {
    throw new RulesError(`dnat to ${target}: is not an address and a port`);
  }
  const packet = { ...walk.packet, destination, destinationPort: Number(port) };
  return { ...walk, packet, target };
}
