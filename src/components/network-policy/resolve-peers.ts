import { matchesSelector } from "../../api/label-selector.ts";
import type { Labels } from "../../api/meta.ts";
import type { NetworkPolicyIngressRule } from "../../api/networking.ts";
import type { IpFamily } from "../../net/ip-address.ts";
import type { PolicyPod } from "./pod-view.ts";

type Peer = NonNullable<NetworkPolicyIngressRule["from"]>[number];

/** Everything that policies are judged by. */
export interface PolicyCluster {
  /** Of the pods' addresses, and so of the rules. @default ipv4 */
  readonly family?: IpFamily;
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
