/** What policies allow one pod, in one direction: the sum of all that select it. */
import { matchesSelector } from "../../api/label-selector.ts";
import type { NetworkPolicy, NetworkPolicyPort } from "../../api/networking.ts";
import { cidr, contains } from "../../net/cidr.ts";
import { type IpFamily, ipAddress } from "../../net/ip-address.ts";
import { type PeerSet, peerSet } from "./peer-set.ts";
import type { PolicyPod } from "./pod-view.ts";
import { type PolicyCluster, type ResolvedPeers, resolvePeers } from "./resolve-peers.ts";

export type Direction = "ingress" | "egress";

export interface PortMatch {
  /** `tcp`, `udp`, `sctp`. */
  readonly protocol: string;
  /** Undefined: every port. */
  readonly ports: { readonly first: number; readonly last: number } | undefined;
}

/** One thing that is allowed. */
export interface AllowRule {
  /** `vote/only-worker, ingress rule 1` */
  readonly comment: string;
  /** Undefined: everybody. */
  readonly peers: PeerSet | undefined;
  /** Undefined: every protocol and port. */
  readonly match: PortMatch | undefined;
}

/** A rule as both directions have it. */
interface Rule {
  readonly peers: NonNullable<NetworkPolicy["spec"]["ingress"]>[number]["from"];
  readonly ports: readonly NetworkPolicyPort[] | undefined;
}

/** Undefined for a pod that no policy of this direction selects: it may do everything. */
export function podRules(
  pod: PolicyPod,
  direction: Direction,
  policies: readonly NetworkPolicy[],
  cluster: PolicyCluster,
): readonly AllowRule[] | undefined {
  const selecting = policies.filter((policy) => selects(policy, pod) && governs(policy, direction));
  if (selecting.length === 0) return undefined;
  return selecting.flatMap((policy) => {
    const { namespace = "", name } = policy.metadata;
    return rulesOf(policy, direction).flatMap(({ peers, ports }, index) => {
      const comment = `${namespace}/${name}, ${direction} rule ${index + 1}`;
      const resolved = resolvePeers(peers, namespace, cluster);
      const matches = ports === undefined || ports.length === 0 ? [undefined] : ports;
      return matches.flatMap((port) =>
        allow(port, resolved, { direction, pod, cluster }).map((allowed) => ({
          comment,
          ...allowed,
        })),
      );
    });
  });
}

function selects({ metadata, spec }: NetworkPolicy, { namespace, labels }: PolicyPod): boolean {
  return metadata.namespace === namespace && matchesSelector(spec.podSelector, labels);
}

/** Left out, it is Ingress, and Egress where there are rules for it. */
function governs({ spec }: NetworkPolicy, direction: Direction): boolean {
  const { policyTypes = ["Ingress", ...(spec.egress === undefined ? [] : ["Egress"])] } = spec;
  return policyTypes.includes(direction === "ingress" ? "Ingress" : "Egress");
}

function rulesOf({ spec }: NetworkPolicy, direction: Direction): readonly Rule[] {
  return direction === "ingress"
    ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}

type Allowed = Omit<AllowRule, "comment">;

/** A name is a port of whoever is connected to: of the pod itself for ingress, of each peer for egress. */
function allow(
  port: NetworkPolicyPort | undefined,
  peers: ResolvedPeers | undefined,
  { direction, pod, cluster }: { direction: Direction; pod: PolicyPod; cluster: PolicyCluster },
): readonly Allowed[] {
  const protocol = port?.protocol ?? "TCP";
  const sets = (): ReadonlyArray<PeerSet | undefined> => setsOf(peers, cluster.family);
  if (typeof port?.port !== "string") {
    return sets().map((set) => ({ peers: set, match: port && numbered(port, protocol) }));
  }
  const named = (owner: PolicyPod): number | undefined =>
    owner.ports.find((each) => each.name === port.port && each.protocol === protocol)?.port;
  if (direction === "ingress") {
    const number = named(pod);
    if (number === undefined) return [];
    return sets().map((set) => ({ peers: set, match: single(number, protocol) }));
  }
  const pods = cluster.pods.filter((peer) => isAmong(peer, peers));
  const numbers = new Set(pods.flatMap((peer) => named(peer) ?? []));
  return [...numbers].map((number) => ({
    peers: peerSet(
      pods.filter((peer) => named(peer) === number).map(({ address }) => address),
      cluster.family,
    ),
    match: single(number, protocol),
  }));
}

/** By a selector or by its address: a name is a pod's in either case. */
function isAmong(pod: PolicyPod, peers: ResolvedPeers | undefined): boolean {
  if (peers === undefined) return true;
  const isIn = (block: string): boolean => contains(cidr(block), ipAddress(pod.address));
  return (
    peers.pods.includes(pod) ||
    peers.blocks.some((block) => isIn(block.cidr) && !block.except.some(isIn))
  );
}

/** One set for the pods and one for each block; `[undefined]` for everybody. */
function setsOf(
  peers: ResolvedPeers | undefined,
  family: IpFamily | undefined,
): ReadonlyArray<PeerSet | undefined> {
  if (peers === undefined) return [undefined];
  const { pods, blocks } = peers;
  return [
    ...(pods.length === 0
      ? []
      : [
          peerSet(
            pods.map(({ address }) => address),
            family,
          ),
        ]),
    ...blocks.map(({ cidr, except }) =>
      peerSet([...halves(cidr), ...except.map((each) => `${each} nomatch`)], family),
    ),
  ];
}

/** A `hash:net` holds no /0: its two halves do. */
function halves(cidr: string): readonly string[] {
  if (cidr === "::/0") return ["::/1", "8000::/1"];
  return cidr === "0.0.0.0/0" ? ["0.0.0.0/1", "128.0.0.0/1"] : [cidr];
}

function numbered({ port, endPort }: NetworkPolicyPort, protocol: string): PortMatch {
  const first = typeof port === "number" ? port : undefined;
  return {
    protocol: protocol.toLowerCase(),
    ports: first === undefined ? undefined : { first, last: endPort ?? first },
  };
}

function single(port: number, protocol: string): PortMatch {
  return { protocol: protocol.toLowerCase(), ports: { first: port, last: port } };
}
