/**
 * Follows the first packet of a connection through a node's rules, in the order
 * of the kernel's hooks:
 *
 *     from another machine or a pod:   nat PREROUTING, then filter INPUT for the node itself,
 *                                      or filter FORWARD and nat POSTROUTING
 *     from the node itself:            nat OUTPUT, filter OUTPUT, nat POSTROUTING, and, when it is
 *                                      sent to the node itself, filter INPUT
 *
 * Where a rule throws dice the walk splits: each result is one way that the packet
 * may go. Affinity (`recent --rcheck`) never holds, since the client is a new one.
 */
import { formatSocketAddress, type IpAddress, ipAddress } from "../../../../net/ip-address.ts";
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
import { RulesError } from "../../trace/rules-error.ts";
import type { IsLocal, TracedPacket, TracedPath, TraceOptions } from "../../trace/traced-packet.ts";
import { matchRule, type NodeView } from "./packet-match.ts";
import type { Target } from "./rule.ts";
import { chainRules, type RuleSet } from "./rule-set.ts";

export interface TracedNode extends NodeView {
  readonly rules: RuleSet;
  /** Where REDIRECT sends to, at a port of the rule's choice. */
  readonly redirectsTo: IpAddress | undefined;
}

export interface Hook {
  readonly table: string;
  readonly chain: string;
}

/**
 * Every way that the packet may go, in the order of the rules that part them; their
 * probabilities add up to 1.
 */
export function tracePacket(
  rules: RuleSet,
  packet: TracedPacket,
  options: TraceOptions,
): readonly TracedPath[] {
  return traceSteps(iptablesNode(rules, options), packet).map(pathOf);
}

/** A node of a mode that has nothing but rules. */
export function iptablesNode(rules: RuleSet, options: TraceOptions): TracedNode {
  return {
    rules,
    isLocal: localityOf(options),
    isInSet: noSets,
    redirectsTo: options.localAddresses.find((address) => !address.startsWith("127.")),
  };
}

function noSets(name: string): never {
  throw new RulesError(`ipset ${name}: there is no such set`);
}

/** As {@link tracePacket}, with where each way stands at its end. */
export function traceSteps(node: TracedNode, packet: TracedPacket): readonly Step[] {
  const first = node.isLocal(packet.source) ? "OUTPUT" : "PREROUTING";
  return runHook(node, { table: "nat", chain: first }, startWalk(packet)).flatMap(({ walk }) =>
    passHooks(node, hooksAfterNat(walk, node.isLocal), walk),
  );
}

/** The rest of the way is known once DNAT has decided where the packet goes. */
export function hooksAfterNat({ packet }: Walk, isLocal: IsLocal): readonly Hook[] {
  const toNode = isLocal(packet.destination);
  if (isLocal(packet.source)) {
    return [
      { table: "filter", chain: "OUTPUT" },
      { table: "nat", chain: "POSTROUTING" },
      ...(toNode ? [{ table: "filter", chain: "INPUT" }] : []),
    ];
  }
  return toNode
    ? [{ table: "filter", chain: "INPUT" }]
    : [
        { table: "filter", chain: "FORWARD" },
        { table: "nat", chain: "POSTROUTING" },
      ];
}

/** Filter decides about passing; the last hook of filter that decided is remembered. */
export function passHooks(node: TracedNode, hooks: readonly Hook[], start: Walk): readonly Step[] {
  let steps: readonly Step[] = [{ walk: start, ending: undefined }];
  for (const hook of hooks) {
    steps = steps.flatMap((step) => {
      if (isStopped(step)) return [step];
      return runHook(node, hook, step.walk).map(({ walk, ending }) => ({
        walk,
        ending: hook.table === "filter" ? (ending ?? step.ending) : step.ending,
      }));
    });
  }
  return steps;
}

export function runHook(node: TracedNode, hook: Hook, walk: Walk): readonly Step[] {
  return runChain(node, hook, walk).map(withoutReturn);
}

/** A chain that returns hands the packet back to the rule after the jump, or to the hook. */
function withoutReturn(step: Step): Step {
  return step.ending === "return" ? { ...step, ending: undefined } : step;
}

function runChain(node: TracedNode, at: Hook, start: Walk): readonly Step[] {
  return walkRules(chainRules(node.rules, at.table, at.chain), start, (rule, walk) => {
    const probability = matchRule(rule, walk, node);
    if (probability === 0) return [{ walk, ending: undefined }];
    const matched = remember(
      { ...walk, probability: walk.probability * probability },
      { ...at, text: rule.text },
    );
    const steps = runTarget(node, at, rule.target, matched);
    if (probability >= 1) return steps;
    const missed = { ...walk, probability: walk.probability * (1 - probability) };
    return [...steps, { walk: missed, ending: undefined }];
  });
}

function runTarget(
  node: TracedNode,
  at: Hook,
  target: Target | undefined,
  walk: Walk,
): readonly Step[] {
  if (target === undefined) return [{ walk, ending: undefined }];
  switch (target.type) {
    case "jump":
      return runChain(node, { table: at.table, chain: target.chain }, walk).map(withoutReturn);
    case "mark":
      return [{ walk: changeMark(walk, target), ending: undefined }];
    case "dnat":
      return [{ walk: translate(walk, target.destination), ending: "translated" }];
    case "redirect":
      return [{ walk: redirect(walk, target.port, node), ending: "translated" }];
    case "masquerade":
      return [{ walk: { ...walk, masqueraded: true }, ending: "translated" }];
    default:
      return [{ walk, ending: target.type }];
  }
}

/** To the node itself: to 127.0.0.1 what comes from it, else to the first address of the device it came in by. */
function redirect(walk: Walk, port: number, { redirectsTo, isLocal }: TracedNode): Walk {
  const own = isLocal(walk.packet.source) ? ipAddress("127.0.0.1") : redirectsTo;
  if (own === undefined) throw new RulesError(`REDIRECT to port ${port}: the node has no address`);
  return translate(walk, formatSocketAddress(own, port));
}
