/**
 * A node's policies as chains of the filter table:
 *
 *     FORWARD ─▶ KUBE-POLICY ─▶ KUBE-POD-OUT-…  of the pod that sends, when it is here
 *                            └▶ KUBE-POD-IN-…   of the pod that receives, when it is here
 *
 * A pod's chain returns what some policy allows and drops the rest, so a packet between two pods of one
 * node must be allowed by both chains.
 */
import { createHash } from "node:crypto";
import type { NetworkPolicy } from "../../api/objects/networking.ts";
import type { AllowRule } from "./allow-rule.ts";
import type { PeerSet } from "./peer-set.ts";
import { type Direction, podRules } from "./pod-rules.ts";
import type { PolicyPod } from "./pod-view.ts";
import type { PortMatch } from "./port-match.ts";
import type { PolicyCluster } from "./resolve-peers.ts";

export interface NodePolicies {
  /** By name. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  readonly sets: readonly PeerSet[];
  /** Chains that others lead to, so they stay when they are empty. */
  readonly entries: readonly string[];
  /** What leads to them, to be written once; empty where the pod network's own rules do. */
  readonly hook: string;
}

export interface PolicyNode {
  readonly node: string;
  /** What becomes of packets that nothing allows: `drop` as Calico, Cilium and Weave, `reject` as kube-router. */
  readonly deny: "drop" | "reject";
}

export const POLICY_CHAIN = "KUBE-POLICY";

/** Before everything else that FORWARD holds: what others accept there is accepted for good. */
const hook = `-I FORWARD 1 -m comment --comment "network policies" -j ${POLICY_CHAIN}`;

/** Of a node without a policed pod: nothing at all. */
export function nodePolicies(
  { node, deny }: PolicyNode,
  policies: readonly NetworkPolicy[],
  cluster: PolicyCluster,
): NodePolicies {
  const chains = new Map<string, readonly string[]>();
  const jumps: string[] = [];
  const sets = new Map<string, PeerSet>();
  for (const pod of cluster.pods.filter((each) => each.node === node)) {
    // Sent before received, as a packet is.
    for (const direction of ["egress", "ingress"] as const) {
      const rules = podRules(pod, direction, policies, cluster);
      if (rules === undefined) continue;
      const chain = chainOf(pod, direction);
      chains.set(chain, renderChain(chain, pod, direction, { rules, deny }));
      jumps.push(renderJump(chain, pod, direction));
      for (const { peers } of rules) if (peers !== undefined) sets.set(peers.name, peers);
    }
  }
  const first = cluster.family === "ipv6" ? [replies, ...neighbourDiscovery] : [replies];
  if (jumps.length > 0) chains.set(POLICY_CHAIN, [...first, ...jumps]);
  return { chains, sets: [...sets.values()], entries: [POLICY_CHAIN], hook };
}

/** What belongs to a connection that was allowed once. */
const replies = `-A ${POLICY_CHAIN} -m comment --comment "replies" -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN`;

/**
 * Between two pods on a bridge it passes here, as ARP does not, and no policy means it: without, nobody is found. Conntrack does
 * not know it. Solicitation and advertisement: RFC 4861.
 */
const neighbourDiscovery = [135, 136].map(
  (type) =>
    `-A ${POLICY_CHAIN} -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -m comment --comment "neighbour discovery" -j RETURN`,
);

function chainOf({ namespace, name }: PolicyPod, direction: Direction): string {
  const digest = createHash("sha256").update(`${namespace}/${name}`).digest("hex").toUpperCase();
  return `KUBE-POD-${direction === "ingress" ? "IN" : "OUT"}-${digest.slice(0, 14)}`;
}

function renderJump(chain: string, pod: PolicyPod, direction: Direction): string {
  const side = direction === "ingress" ? "-d" : "-s";
  const what = comment(`${direction} of ${pod.namespace}/${pod.name}`);
  return `-A ${POLICY_CHAIN} ${side} ${hostBlock(pod)} ${what} -j ${chain}`;
}

function hostBlock({ address }: PolicyPod): string {
  return `${address}/${address.includes(":") ? 128 : 32}`;
}

function renderChain(
  chain: string,
  pod: PolicyPod,
  direction: Direction,
  { rules, deny }: { readonly rules: readonly AllowRule[]; readonly deny: PolicyNode["deny"] },
): readonly string[] {
  const other = direction === "ingress" ? "src" : "dst";
  const itself = direction === "ingress" ? "-s" : "-d";
  return [
    `-A ${chain} ${itself} ${hostBlock(pod)} ${comment("a pod reaches itself")} -j RETURN`,
    ...rules.map(({ comment: why, peers, match }) =>
      [
        `-A ${chain}`,
        ...(match === undefined ? [] : [renderMatch(match)]),
        ...(peers === undefined ? [] : [`-m set --match-set ${peers.name} ${other}`]),
        comment(why),
        "-j RETURN",
      ].join(" "),
    ),
    `-A ${chain} ${comment(`${direction} of ${pod.namespace}/${pod.name}: no policy allows it`)} -j ${deny.toUpperCase()}`,
  ];
}

function renderMatch({ protocol, ports }: PortMatch): string {
  if (ports === undefined) return `-p ${protocol}`;
  const { first, last } = ports;
  const range = first === last ? `${first}` : `${first}:${last}`;
  return `-p ${protocol} -m ${protocol} --dport ${range}`;
}

/** iptables takes 255 characters, and no quote in a quoted word. */
export function comment(text: string): string {
  return `-m comment --comment "${text.replaceAll('"', "'").slice(0, 255)}"`;
}
