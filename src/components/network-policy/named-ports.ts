/** Ports that policies call by a name: whoever is connected to says which number that is. */
import type { Allowed } from "./allow-rule.ts";
import { peerSet } from "./peer-set.ts";
import type { PolicyPod } from "./pod-view.ts";
import { single } from "./port-match.ts";
import { type PolicyCluster, podsAmong, type ResolvedPeers, setsOf } from "./resolve-peers.ts";

/** What is allowed with a port of that name. `peers` undefined: everybody. */
export type NamedPort = (
  name: string,
  protocol: string,
  peers: ResolvedPeers | undefined,
) => readonly Allowed[];

/** Of ingress to one pod: a name is one number, or none. */
export function portsOf(pod: PolicyPod, cluster: PolicyCluster): NamedPort {
  return (name, protocol, peers) => {
    const number = portOf(pod, name, protocol);
    if (number === undefined) return [];
    return setsOf(peers, cluster).map((set) => ({ peers: set, match: single(number, protocol) }));
  };
}

/** Of egress: each peer may call another port so. */
export function portsOfPeers(cluster: PolicyCluster): NamedPort {
  return (name, protocol, peers) => {
    const pods = podsAmong(peers, cluster);
    const numbers = new Set(pods.flatMap((peer) => portOf(peer, name, protocol) ?? []));
    return [...numbers].map((number) => {
      const owners = pods.filter((peer) => portOf(peer, name, protocol) === number);
      const set = peerSet(
        owners.map(({ address }) => address),
        cluster,
      );
      return { peers: set, match: single(number, protocol) };
    });
  };
}

/** As a set of addresses with ports. `receivers` of ingress: the pods that the policy selects; of egress undefined, for there the peers are. */
export function endpointsOf(
  receivers: readonly PolicyPod[] | undefined,
  cluster: PolicyCluster,
): NamedPort {
  return (name, protocol, peers) => {
    const entries = (receivers ?? podsAmong(peers, cluster)).flatMap((pod) => {
      const number = portOf(pod, name, protocol);
      return number === undefined ? [] : [`${pod.address},${protocol.toLowerCase()}:${number}`];
    });
    if (entries.length === 0) return [];
    const endpoints = peerSet(entries, { ...cluster, type: "ip,port" });
    const others = receivers === undefined ? [undefined] : setsOf(peers, cluster);
    return others.map((set) => ({ peers: set, match: undefined, endpoints }));
  };
}

function portOf(pod: PolicyPod, name: string, protocol: string): number | undefined {
  return pod.ports.find((each) => each.name === name && each.protocol === protocol)?.port;
}
