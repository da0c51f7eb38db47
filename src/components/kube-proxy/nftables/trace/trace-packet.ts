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
import {
  changeMark,
  isStopped,
  localityOf,
  pathOf,
  remember,
  type Step,
  startWalk,
  translate,
  type Walk,
  walkRules,
} from "../../trace/packet-walk.ts";
import type { IsLocal, TracedPacket, TracedPath, TraceOptions } from "../../trace/traced-packet.ts";
import { matchRule, type TracedNode } from "./packet-match.ts";
import type { Action, Rule, Verdict } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

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
  options: TraceOptions,
): readonly TracedPath[] {
  const isLocal = localityOf(options);
  const node = { rules, isLocal };
  const first = isLocal(packet.source) ? hooks.output : hooks.prerouting;
  return passChains(node, first, [{ walk: startWalk(packet), ending: undefined }])
    .flatMap((step) => passChains(node, chainsAfterNat(step.walk, isLocal), [step]))
    .map(pathOf);
}

/** The rest of the way is known once DNAT has decided where the packet goes. */
function chainsAfterNat({ packet }: Walk, isLocal: IsLocal): readonly string[] {
  const toNode = isLocal(packet.destination);
  if (isLocal(packet.source)) return [...hooks.postrouting, ...(toNode ? hooks.input : [])];
  return toNode ? hooks.input : [...hooks.forward, ...hooks.postrouting];
}

function passChains(
  node: TracedNode,
  chains: readonly string[],
  start: readonly Step[],
): readonly Step[] {
  let steps = start;
  for (const chain of chains) {
    steps = steps.flatMap((step) => {
      if (isStopped(step)) return [step];
      // Accepted or translated here, a packet still passes the chains that come after.
      return runChain(node, chain, step.walk).map((after) =>
        isStopped(after) ? after : { walk: after.walk, ending: undefined },
      );
    });
  }
  return steps;
}

function runChain(node: TracedNode, chain: string, start: Walk): readonly Step[] {
  const rules = node.rules.chains.get(chain)?.rules ?? [];
  return walkRules(rules, start, (rule, walk) =>
    matchRule(rule, walk, node) ? runRule(node, rule, walk) : [{ walk, ending: undefined }],
  );
}

function runRule(node: TracedNode, rule: Rule, walk: Walk): readonly Step[] {
  const { chain, text } = rule;
  const matched = remember(walk, { table: "kube-proxy", chain, text });
  return runAction(node, rule.action, matched, walk);
}

/** `before` is the walk without this rule, for a look-up that finds nothing. */
function runAction(
  node: TracedNode,
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
      return [{ walk: changeMark(walk, action), ending: undefined }];
    case "dnat":
      return [{ walk: translate(walk, action.destination), ending: "translated" }];
    case "masquerade":
      return [{ walk: { ...walk, masqueraded: true }, ending: "translated" }];
    default:
      return runVerdict(node, action, walk);
  }
}

function runVerdict(node: TracedNode, verdict: Verdict, walk: Walk): readonly Step[] {
  if (verdict.type !== "jump" && verdict.type !== "goto") return [{ walk, ending: verdict.type }];
  return runChain(node, verdict.chain, walk).map((step) => {
    if (step.ending !== undefined && step.ending !== "return") return step;
    // After a jump the packet goes on with the next rule; after a goto, behind whoever jumped last.
    return { walk: step.walk, ending: verdict.type === "jump" ? undefined : "return" };
  });
}

function lookUp(
  { rules }: TracedNode,
  { map, withAddress }: Extract<Action, { type: "lookup" }>,
  { packet }: Walk,
): Verdict | undefined {
  const port = `${packet.protocol} . ${packet.destinationPort}`;
  const key = withAddress ? `${packet.destination} . ${port}` : port;
  return rules.sets.get(map)?.elements.get(key)?.verdict;
}
