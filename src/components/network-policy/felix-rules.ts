/**
 * A node's policies as Felix, Calico's agent, writes them: on each pod's own device.
 *
 *     cali-FORWARD ─▶ cali-from-wl-dispatch ─▶ cali-fw-cali…  of the pod that sends ───▶ cali-po-_…  of each policy
 *                  └▶ cali-to-wl-dispatch ───▶ cali-tw-cali…  of the pod that receives ▶ cali-pi-_…
 *
 * A policy's chain marks what it allows; the pod's chain returns what is marked and drops the rest. Pods that no policy selects have no
 * chain: cali-FORWARD accepts what the dispatch chains return. Felix has one for each, which accepts.
 *
 * @see felix/rules/endpoints.go, felix/rules/policy.go and felix/rules/dispatch.go of projectcalico/calico
 */
import { createHash } from "node:crypto";
import type { NetworkPolicy } from "../../api/objects/networking.ts";
import type { AllowRule } from "./allow-rule.ts";
import { endpointsOf } from "./named-ports.ts";
import type { PeerSet } from "./peer-set.ts";
import { type Direction, policyRules, selectingPolicies, selects } from "./pod-rules.ts";
import type { PolicyPod } from "./pod-view.ts";
import type { PortMatch } from "./port-match.ts";
import { comment, type NodePolicies, type PolicyNode } from "./render-rules.ts";
import type { PolicyCluster } from "./resolve-peers.ts";

export interface FelixNode extends PolicyNode {
  /** The node's end of a pod's wire. */
  readonly deviceOf: (pod: Pick<PolicyPod, "namespace" | "name">) => string;
}

interface Side {
  readonly dispatch: string;
  /** Of a pod's chain, followed by its device. */
  readonly workload: string;
  /** Of a policy's chain, followed by a hash. */
  readonly policy: string;
  /** On which side of the node the pod's device is, and on which the other's. */
  readonly device: "-i" | "-o";
  readonly other: "-i" | "-o";
  /** Which address is the other end's. */
  readonly peer: "src" | "dst";
}

const sides: Readonly<Record<Direction, Side>> = {
  egress: {
    ...{ dispatch: "cali-from-wl-dispatch", workload: "cali-fw-", policy: "cali-po-" },
    ...{ device: "-i", other: "-o", peer: "dst" },
  },
  ingress: {
    ...{ dispatch: "cali-to-wl-dispatch", workload: "cali-tw-", policy: "cali-pi-" },
    ...{ device: "-o", other: "-i", peer: "src" },
  },
};

/** Felix's default bits: a policy accepts the packet; a policy passes it on to the next tier, which none does here. */
const ACCEPTED = "0x10000";
const PASSED = "0x20000";
const setsAccepted = `-j MARK --set-xmark ${ACCEPTED}/${ACCEPTED}`;
const isAccepted = `-m mark --mark ${ACCEPTED}/${ACCEPTED}`;
const isNotPassed = `-m mark --mark 0x0/${PASSED}`;
const clears = (bit: string): string => `-j MARK --set-xmark 0x0/${bit}`;

/** Of a node without a policed pod: nothing at all. The dispatch chains are in the network's own rules. */
export function felixPolicies(
  { node, deny, deviceOf }: FelixNode,
  policies: readonly NetworkPolicy[],
  cluster: PolicyCluster,
): NodePolicies {
  const chains = new Map<string, readonly string[]>();
  const sets = new Map<string, PeerSet>();
  const addPolicy = (policy: NetworkPolicy, direction: Direction): string => {
    const chain = policyChain(policy, direction);
    if (chains.has(chain)) return chain;
    const rules = rulesOf(policy, direction, cluster);
    chains.set(chain, renderPolicy(chain, direction, rules));
    for (const { peers, endpoints } of rules) {
      for (const set of [peers, endpoints]) if (set !== undefined) sets.set(set.name, set);
    }
    return chain;
  };
  const local = cluster.pods.filter((pod) => pod.node === node);
  for (const direction of ["egress", "ingress"] as const) {
    const { dispatch, workload, device: side } = sides[direction];
    const jumps = local.flatMap((pod) => {
      const selecting = selectingPolicies(pod, direction, policies);
      if (selecting.length === 0) return [];
      const device = deviceOf(pod);
      const chain = `${workload}${device}`;
      const called = selecting.map((policy) => addPolicy(policy, direction));
      chains.set(chain, renderWorkload({ chain, device, direction, deny }, called));
      const what = comment(`${direction} of ${pod.namespace}/${pod.name}`);
      return [`-A ${dispatch} ${side} ${device} ${what} -g ${chain}`];
    });
    if (jumps.length > 0) chains.set(dispatch, jumps);
  }
  const entries = [sides.egress.dispatch, sides.ingress.dispatch];
  return { chains, sets: [...sets.values()], entries, hook: "" };
}

/** The same for every pod that it selects. */
function rulesOf(
  policy: NetworkPolicy,
  direction: Direction,
  cluster: PolicyCluster,
): readonly AllowRule[] {
  const receivers =
    direction === "ingress" ? cluster.pods.filter((pod) => selects(policy, pod)) : undefined;
  return policyRules(policy, direction, cluster, endpointsOf(receivers, cluster));
}

/** As Felix shortens names that are longer than a chain's may be: `cali-pi-_tTE-E7yY40ogArNVgKt`. */
function policyChain({ metadata: { namespace, name } }: NetworkPolicy, direction: Direction) {
  const id = `default/${namespace}/knp.default.${name}`;
  const prefix = `${sides[direction].policy}_`;
  const digest = createHash("sha256").update(id).digest("base64url");
  return `${prefix}${digest.slice(0, MAX_CHAIN_LENGTH - prefix.length)}`;
}

const MAX_CHAIN_LENGTH = 28;

function renderPolicy(
  chain: string,
  direction: Direction,
  rules: readonly AllowRule[],
): readonly string[] {
  return rules.flatMap((rule) => [
    [
      `-A ${chain}`,
      ...(rule.match === undefined ? [] : [renderMatch(rule.match)]),
      ...(rule.peers === undefined
        ? []
        : [`-m set --match-set ${rule.peers.name} ${sides[direction].peer}`]),
      ...(rule.endpoints === undefined
        ? []
        : [`-m set --match-set ${rule.endpoints.name} dst,dst`]),
      comment(`Policy ${rule.comment}`),
      setsAccepted,
    ].join(" "),
    `-A ${chain} ${isAccepted} -j RETURN`,
  ]);
}

function renderMatch({ protocol, ports }: PortMatch): string {
  if (ports === undefined) return `-p ${protocol}`;
  const { first, last } = ports;
  return `-p ${protocol} -m multiport --dports ${first === last ? first : `${first}:${last}`}`;
}

interface Workload {
  readonly chain: string;
  readonly device: string;
  readonly direction: Direction;
  readonly deny: PolicyNode["deny"];
}

function renderWorkload(
  { chain, device, direction, deny }: Workload,
  policies: readonly string[],
): readonly string[] {
  const lines = [
    "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-m conntrack --ctstate INVALID -j DROP",
    // Through a Service. Felix asks the policies; the standard lets no policy forbid it.
    `${sides[direction].other} ${device} ${comment("a pod reaches itself")} -j RETURN`,
    clears(ACCEPTED),
    `${comment("Start of tier default")} ${clears(PASSED)}`,
    ...policies.flatMap((policy) => [
      `${isNotPassed} -j ${policy}`,
      `${comment("Return if policy accepted")} ${isAccepted} -j RETURN`,
    ]),
    `${comment("End of tier default. Drop if no policies passed packet")} ${isNotPassed} -j ${deny.toUpperCase()}`,
  ];
  return lines.map((line) => `-A ${chain} ${line}`);
}
