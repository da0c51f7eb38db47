import { matchesSelector } from "../../api/label-selector.ts";
import type { Labels } from "../../api/objects/meta.ts";
import type { NetworkPolicyIngressRule } from "../../api/objects/networking.ts";
import { cidr, contains } from "../../net/cidr.ts";
import { type IpFamily, ipAddress } from "../../net/ip-address.ts";
import { type PeerSet, peerSet, type SetNaming } from "./peer-set.ts";
import type { PolicyPod } from "./pod-view.ts";

type Peer = NonNullable<NetworkPolicyIngressRule["from"]>[number];

/** Everything that policies are judged by. */
export interface PolicyCluster {
  /** Of the pods' addresses, and so of the rules. @default ipv4 */
  readonly family?: IpFamily;
  /** Of the sets that rules name. @default kube */
  readonly naming?: SetNaming;
  readonly pods: readonly PolicyPod[];
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
}

/** The other ends that a rule speaks of. */
export interface ResolvedPeers {
  readonly pods: readonly PolicyPod[];
  /** One an entry: an exception of one block is none of another. */
  readonly blocks: ReadonlyArray<{ readonly cidr: string; readonly except: readonly string[] }>;
}

/** `undefined` for everybody: no peers, or an empty list of them. `namespace` is the policy's own. */
export function resolvePeers(
  peers: readonly Peer[] | undefined,
  namespace: string,
  cluster: PolicyCluster,
): ResolvedPeers | undefined {
  if (peers === undefined || peers.length === 0) return undefined;
  const isIpv6 = cluster.family === "ipv6";
  return {
    pods: cluster.pods.filter((pod) =>
      peers.some((peer) => matchesPod(peer, pod, namespace, cluster)),
    ),
    // A block of the other family is nobody's here.
    blocks: peers.flatMap(({ ipBlock }) =>
      ipBlock === undefined || ipBlock.cidr.includes(":") !== isIpv6
        ? []
        : [{ cidr: ipBlock.cidr, except: ipBlock.except ?? [] }],
    ),
  };
}

/** A namespaceSelector widens the view to other namespaces; with both selectors, both must hold. */
function matchesPod(
  { podSelector, namespaceSelector }: Peer,
  pod: PolicyPod,
  namespace: string,
  { namespaceLabels }: PolicyCluster,
): boolean {
  if (podSelector === undefined && namespaceSelector === undefined) return false;
  const isInView =
    namespaceSelector === undefined
      ? pod.namespace === namespace
      : matchesSelector(namespaceSelector, namespaceLabels.get(pod.namespace));
  return isInView && (podSelector === undefined || matchesSelector(podSelector, pod.labels));
}

/** Those of the cluster's pods that the peers are. */
export function podsAmong(
  peers: ResolvedPeers | undefined,
  cluster: PolicyCluster,
): readonly PolicyPod[] {
  return cluster.pods.filter((pod) => isAmong(pod, peers));
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
export function setsOf(
  peers: ResolvedPeers | undefined,
  cluster: PolicyCluster,
): ReadonlyArray<PeerSet | undefined> {
  if (peers === undefined) return [undefined];
  const { pods, blocks } = peers;
  const addresses = pods.map(({ address }) => address);
  return [
    ...(addresses.length === 0 ? [] : [peerSet(addresses, cluster)]),
    ...blocks.map(({ cidr, except }) =>
      peerSet([...halves(cidr), ...except.map((each) => `${each} nomatch`)], cluster),
    ),
  ];
}

/** A `hash:net` holds no /0: its two halves do. */
function halves(cidr: string): readonly string[] {
  if (cidr === "::/0") return ["::/1", "8000::/1"];
  return cidr === "0.0.0.0/0" ? ["0.0.0.0/1", "128.0.0.0/1"] : [cidr];
}
