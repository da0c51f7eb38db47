/** A packet on its way through a node's rules, and how the ways are told: what the tracers of all modes share. */
import { isLoopback, parseIpAddress } from "../../../net/ip-address.ts";
import { RulesError } from "./rules-error.ts";
import type {
  IsLocal,
  MatchedRule,
  TracedPacket,
  TracedPath,
  TraceOptions,
} from "./traced-packet.ts";

/** What rules can see of a packet: it changes as they act on it. Immutable, because ways split. */
export interface Walk {
  readonly packet: TracedPacket;
  readonly mark: number;
  /** Where it was sent on to, `ip:port`. */
  readonly target: string | undefined;
  /** Of ipvs mode: which virtual server sent it on, `tcp 10.96.0.20:80`. */
  readonly virtualServer: string | undefined;
  readonly masqueraded: boolean;
  readonly probability: number;
  readonly rules: readonly MatchedRule[];
}

/** Where a walk stands after a rule or a chain: at an end, or still going. */
export interface Step {
  readonly walk: Walk;
  readonly ending: "accept" | "drop" | "reject" | "translated" | "return" | undefined;
}

/** Whether a rule has taken the packet away: no later one sees it. */
export function isStopped({ ending }: Step): boolean {
  return ending === "drop" || ending === "reject";
}

export function startWalk(packet: TracedPacket): Walk {
  return {
    packet,
    mark: 0,
    target: undefined,
    virtualServer: undefined,
    masqueraded: false,
    probability: 1,
    rules: [],
  };
}

/** `more` are addresses that the mode itself gives to the node. */
export function localityOf({ localAddresses }: TraceOptions, more: Iterable<string> = []): IsLocal {
  const local = new Set<string>([...localAddresses, ...more]);
  return (address) => isLoopback(address) || local.has(address);
}

export function remember(walk: Walk, rule: MatchedRule): Walk {
  return { ...walk, rules: [...walk.rules, rule] };
}

/**
 * Through a chain's rules, one after another. `runRule` says where each rule leaves a walk; without an ending,
 * which is also where a rule does not match, the walk comes to the next.
 */
export function walkRules<Rule>(
  rules: Iterable<Rule>,
  start: Walk,
  runRule: (rule: Rule, walk: Walk) => readonly Step[],
): readonly Step[] {
  const ended: Step[] = [];
  let live: readonly Walk[] = [start];
  for (const rule of rules) {
    const steps = live.flatMap((walk) => runRule(rule, walk));
    ended.push(...steps.filter(({ ending }) => ending !== undefined));
    live = steps.filter(({ ending }) => ending === undefined).map(({ walk }) => walk);
  }
  return [...ended, ...live.map((walk) => ({ walk, ending: undefined }))];
}

/** mark = (mark & ~clear) ^ toggle. */
export function changeMark(
  walk: Walk,
  { clear, toggle }: { readonly clear: number; readonly toggle: number },
): Walk {
  return { ...walk, mark: (walk.mark & ~clear) ^ toggle };
}

/** @param target `ip:port`, `[ip]:port`. @throws RulesError where it is neither. */
export function translate(walk: Walk, target: string): Walk {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(target) ?? [];
  const destination = parseIpAddress(bracketed ?? plain ?? "");
  if (destination === undefined) {
    throw new RulesError(`translation to ${target}: is not an address and a port`);
  }
  const packet = { ...walk.packet, destination, destinationPort: Number(port) };
  return { ...walk, packet, target };
}

/** A way that has come to its end; without an ending no rule has decided. */
export function pathOf({ walk, ending }: Step): TracedPath {
  return {
    verdict: ending === "drop" || ending === "reject" ? ending : "accept",
    decided: ending !== undefined,
    target: walk.target,
    masqueraded: walk.masqueraded,
    probability: walk.probability,
    rules: walk.rules,
  };
}
