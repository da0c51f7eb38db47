/** The pod network as the lab drives it: one interface for every plugin; one file in `networks/` each. */
import type { PortMapping } from "../../../api/pods/port-mapping.ts";
import type { NetnsPlan } from "../../../kernel/plan/plan.ts";
import type { AddressClaim } from "../../../kernel/sockets/announce-address.ts";
import type { IpAddress } from "../../../net/ip-address.ts";
import type { Topology, TopologyNode } from "../../../topology/topology.ts";
import type { Machines } from "../machines/machines.ts";
import type { Members } from "../nodes/members.ts";
import { bridgeNetwork } from "./bridge.ts";
import { calicoNetwork } from "./calico.ts";
import { perFamily } from "./dual-stack.ts";
import { ExecNetwork } from "./exec.ts";
import { flannelNetwork } from "./flannel.ts";
import { weaveNetwork } from "./weave.ts";

export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  /** The pod's netns, which exists. */
  readonly netns: string;
  /** Ports of the node that lead to the pod: `hostPort`. */
  readonly portMappings: readonly PortMapping[];
}

export interface WiredPod {
  /** One of each of the cluster's families, in their order. */
  readonly addresses: readonly IpAddress[];
  /** The pod's own network, and what other netns get because of it; applied in one go. */
  readonly plans: readonly NetnsPlan[];
  /** The pod says who has its first address, once it is wired: another may have had it before. */
  readonly announce?: Pick<AddressClaim, "device" | "mac">;
  /** What nodes need is not what it was: {@link PodNetwork.node} says otherwise now. */
  readonly rewires?: boolean;
}

export interface UnwiredPod {
  /** The node's end of the wire, to be deleted; undefined when it is gone already. */
  readonly device?: string;
  /** As {@link WiredPod.rewires}. */
  readonly rewires?: boolean;
}

/** What a node needs before its first pod. */
export interface NodeNetwork {
  readonly plan: NetnsPlan;
  /** For `ipset restore`, before the rules that name the sets. */
  readonly ipset?: string;
  /** For `iptables-restore --noflush`, once; empty for none. */
  readonly iptables: string;
  /** The same for `ip6tables-restore`. */
  readonly ip6tables?: string;
}

/** Of one machine, or of all. @throws RunError where none runs. */
interface NetworkDaemons {
  /** As `fail: {component: …}` calls them. */
  readonly name: string;
  readonly fail: (machine: string | undefined) => Promise<void>;
  readonly heal: (machine: string | undefined) => Promise<void>;
}

export interface PodNetwork {
  /** As things are now: it changes with the members of the cluster. */
  readonly node: (node: TopologyNode) => NodeNetwork;
  /** What the underlay's routers get because of it. */
  readonly routers?: () => readonly NetnsPlan[];
  /** CNI ADD: takes an address and says how to wire it. */
  readonly add: (
    node: TopologyNode,
    pod: PodIdentity,
    signal: AbortSignal,
  ) => WiredPod | Promise<WiredPod>;
  /** CNI DEL: gives the address back. */
  readonly remove: (node: TopologyNode, pod: PodIdentity) => UnwiredPod | Promise<UnwiredPod>;
  /** Starts what runs on the machines, once they are wired. */
  readonly start?: (machines: Machines, signal: AbortSignal) => Promise<AsyncDisposable>;
  /** Some have joined or left: starts what runs on the new ones, ends it on the others, tells the rest. */
  readonly membersChanged?: (signal: AbortSignal) => Promise<void>;
  /** Its daemons, which can die and be started again. */
  readonly daemons?: NetworkDaemons;
  /** Resolves when every node knows the way to every pod. */
  readonly converged?: (signal: AbortSignal) => Promise<void>;
}

export function createPodNetwork(topology: Topology, members: Members): PodNetwork {
  const { plugin } = topology.network;
  switch (plugin.type) {
    case "bridge":
      return perFamily(topology, (own) => bridgeNetwork(own, plugin, members.within(own)));
    case "flannel":
      return perFamily(topology, (own) => flannelNetwork(own, plugin, members.within(own)));
    case "weave":
      return weaveNetwork(topology, plugin, members);
    case "calico":
      return perFamily(topology, (own) =>
        calicoNetwork(own, plugin, { whole: topology, members: members.within(own) }),
      );
    case "exec":
      return new ExecNetwork(topology, plugin, members);
  }
}
