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
import type { Target } from "./rule.ts";
import { chainRules, type RuleSet } from "./rule-set.ts";

/** A packet on its way. Immutable, because ways split. */
interface Walk extends PacketState {
  readonly masqueraded: boolean;
  readonly probability: number;
  readonly rules: readonly MatchedRule[];
}

type Ending = "accept" | "drop" | "reject" | "translated";

/** Where a walk stands after a rule or a chain: at an end of the table, or still going. */
interface Step {
  readonly walk: Walk;
  readonly ending: Ending | "return" | undefined;
}

interface Hook {
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
  { localAddresses }: TraceOptions,
): readonly TracedPath[] {
  const local = new Set(localAddresses);
  const isLocal: IsLocal = (address) =>
    address.startsWith("127.") || address === "::1" || local.has(address);
  const start: Walk = {
    packet,
    mark: 0,
    target: undefined,
    masqueraded: false,
    probability: 1,
    rules: [],
  };
  const first = isLocal(packet.source) ? "OUTPUT" : "PREROUTING";
  return runHook(rules, { table: "nat", chain: first }, start, isLocal)
    .flatMap(({ walk }) => passHooks(rules, hooksAfterNat(walk, isLocal), walk, isLocal))
    .map(({ walk, ending }) => ({
      verdict: ending === "drop" || ending === "reject" ? ending : "accept",
      decided: ending !== undefined,
      target: walk.target,
      masqueraded: walk.masqueraded,
      probability: walk.probability,
      rules: walk.rules,
    }));
}

/** The rest of the way is known once DNAT has decided where the packet goes. */
function hooksAfterNat({ packet }: Walk, isLocal: IsLocal): readonly Hook[] {
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
function passHooks(
  rules: RuleSet,
  hooks: readonly Hook[],
  start: Walk,
  isLocal: IsLocal,
): readonly Step[] {
  let steps: readonly Step[] = [{ walk: start, ending: undefined }];
  for (const hook of hooks) {
    steps = steps.flatMap((step) => {
      if (step.ending === "drop" || step.ending === "reject") return [step];
      return runHook(rules, hook, step.walk, isLocal).map(({ walk, ending }) => ({
        walk,
        ending: hook.table === "filter" ? (ending ?? step.ending) : step.ending,
      }));
    });
  }
  return steps;
}

function runHook(rules: RuleSet, { table, chain }: Hook, walk: Walk, isLocal: IsLocal): Step[] {
  return runChain(rules, { table, chain }, walk, isLocal).map((step) =>
    step.ending === "return" ? { ...step, ending: undefined } : step,
  );
}

function runChain(rules: RuleSet, { table, chain }: Hook, start: Walk, isLocal: IsLocal): Step[] {
  const ended: Step[] = [];
  let live: readonly Walk[] = [start];
  for (const rule of chainRules(rules, table, chain)) {
    live = live.flatMap((walk) => {
      const probability = matchRule(rule, walk, isLocal);
      if (probability === 0) return [walk];
      const matched: Walk = {
        ...walk,
        probability: walk.probability * probability,
        rules: [...walk.rules, { table, chain, text: rule.text }],
      };
      const steps = runTarget(rules, { table, chain }, rule.target, matched, isLocal);
      ended.push(...steps.filter(({ ending }) => ending !== undefined));
      const onward = steps.filter(({ ending }) => ending === undefined).map((step) => step.walk);
      const missed = { ...walk, probability: walk.probability * (1 - probability) };
      return probability < 1 ? [...onward, missed] : onward;
    });
  }
  return [...ended, ...live.map((walk) => ({ walk, ending: undefined }))];
}

function runTarget(
  rules: RuleSet,
  at: Hook,
  target: Target | undefined,
  walk: Walk,
  isLocal: IsLocal,
): Step[] {
  if (target === undefined) return [{ walk, ending: undefined }];
  switch (target.type) {
    case "jump":
      // A chain that returns hands the packet back to the rule after the jump.
      return runChain(rules, { table: at.table, chain: target.chain }, walk, isLocal).map((step) =>
        step.ending === "return" ? { ...step, ending: undefined } : step,
      );
    case "mark":
      return [
        { walk: { ...walk, mark: (walk.mark & ~target.clear) ^ target.toggle }, ending: undefined },
      ];
    case "dnat":
      return [{ walk: translate(walk, target.destination), ending: "translated" }];
    case "masquerade":
      return [{ walk: { ...walk, masqueraded: true }, ending: "translated" }];
    default:
      return [{ walk, ending: target.type }];
  }
}

function translate(walk: Walk, target: string): Walk {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(target) ?? [];
  const destination = parseIpAddress(bracketed ?? plain ?? "");
  if (destination === undefined)
    throw new RulesError(`DNAT to ${target}: is not an address and a port`);
  const packet = { ...walk.packet, destination, destinationPort: Number(port) };
  return { ...walk, packet, target };
}
