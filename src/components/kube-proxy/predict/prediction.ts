/**
 * What becomes of the first packet of a connection on one node, told from the node's rules alone:
 * the one interface of all modes' predictors.
 */
import type { IpAddress } from "../../../net/ip-address.ts";
import type {
  MatchedRule,
  TracedPacket,
  TracedPath,
  TraceOptions,
} from "../trace/traced-packet.ts";

/** One end that the packet may come to. */
export interface FlowEnd {
  /**
   * `endpoint`: translated. `rejected`: the client is told. `dropped`: it is not. `accepted`: a rule lets it pass
   * as it is. `untouched`: no rule concerns it. `closed`: kube-proxy itself takes the connection, and ends it.
   */
  readonly outcome: "endpoint" | "rejected" | "dropped" | "accepted" | "untouched" | "closed";
  /** `ip:port`, `[ip]:port`; of `endpoint` alone. */
  readonly endpoint: string | undefined;
  /** Leaves with an address of the node as source. */
  readonly masqueraded: boolean;
  /** Of all ends of a flow they add up to 1. */
  readonly probability: number;
  /** In order; where several ways lead to this end, those of the first. */
  readonly rules: readonly MatchedRule[];
}

/** The rules of one node, ready to be asked. A client is taken for a new one: affinity decides nothing. */
export interface Predictor {
  /** Those that the mode has given the node besides its own. */
  readonly boundAddresses: readonly IpAddress[];
  /** In the order of the rules that part the ways; each end once. */
  readonly predict: (packet: TracedPacket, node: TraceOptions) => readonly FlowEnd[];
}

/** Ways that end alike are one end; their probabilities add up. */
export function endsOf(paths: readonly TracedPath[]): readonly FlowEnd[] {
  const merged = new Map<string, FlowEnd>();
  for (const path of paths) {
    const end = endOf(path);
    const key = `${end.outcome} ${end.endpoint} ${end.masqueraded}`;
    const first = merged.get(key);
    const probability = end.probability + (first?.probability ?? 0);
    merged.set(key, { ...(first ?? end), probability });
  }
  return [...merged.values()];
}

function endOf({ verdict, decided, target, ...more }: TracedPath): FlowEnd {
  const { masqueraded, probability, rules } = more;
  const way = { masqueraded, probability, rules };
  if (verdict === "drop") return { outcome: "dropped", endpoint: undefined, ...way };
  if (verdict === "reject") return { outcome: "rejected", endpoint: undefined, ...way };
  if (verdict === "close") return { outcome: "closed", endpoint: undefined, ...way };
  if (target !== undefined) return { outcome: "endpoint", endpoint: target, ...way };
  return { outcome: decided ? "accepted" : "untouched", endpoint: undefined, ...way };
}
