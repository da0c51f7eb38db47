/**
 * What Felix and Calico's IPAM do of one address family: addresses, pods' wires, rules, and every route that no
 * BGP brings.
 */
import type { BlockIpam } from "../../../components/cni-calico/block-ipam.ts";
import { planBlockRoutes } from "../../../components/cni-calico/block-routes.ts";
import { type CalicoNetwork, tunnelOf } from "../../../components/cni-calico/calico-network.ts";
import {
  renderIpsets,
  renderIptablesRules,
} from "../../../components/cni-calico/iptables-rules.ts";
import { type NodeWithTunnel, planNode } from "../../../components/cni-calico/plan-node.ts";
import { hostEndOf, planPod } from "../../../components/cni-calico/plan-pod.ts";
import type { RoutePlan } from "../../../kernel/plan/plan.ts";
import type { Cidr } from "../../../net/cidr.ts";
import type { TopologyNode } from "../../../topology/topology.ts";
import type { Members } from "../nodes/members.ts";
import type { BirdMesh } from "./bird-mesh.ts";
import type { NodeNetwork, PodIdentity, UnwiredPod, WiredPod } from "./pod-network.ts";

interface FelixOptions {
  readonly calico: CalicoNetwork;
  /** Bytes, of pods' devices. */
  readonly podMtu: number;
  readonly ipam: BlockIpam;
  readonly members: Members;
  /** Tells the routes; undefined: the nodes' plans have them. */
  readonly mesh: BirdMesh | undefined;
}

export class Felix {
  readonly #calico: CalicoNetwork;
  /** The same with the MTU of pods' devices. */
  readonly #wires: CalicoNetwork;
  readonly #ipam: BlockIpam;
  readonly #members: Members;
  readonly #mesh: BirdMesh | undefined;
  /** Members or not. */
  readonly #nodes: readonly NodeWithTunnel[];

  constructor(
    nodes: readonly TopologyNode[],
    { calico, podMtu, ipam, members, mesh }: FelixOptions,
  ) {
    this.#calico = calico;
    this.#wires = { ...calico, options: { ...calico.options, mtu: podMtu } };
    this.#ipam = ipam;
    this.#members = members;
    this.#mesh = mesh;
    const hasTunnel = tunnelOf(calico.options) !== undefined;
    // calico/node takes the tunnel's address when it starts, so it is the first of the node's first block.
    this.#nodes = nodes.map(({ name, address, subnet }) => ({
      ...{ name, address, subnet },
      tunnelAddress: hasTunnel ? ipam.allocate(name, `tunnel of ${name}`) : undefined,
    }));
  }

  node(node: TopologyNode): NodeNetwork {
    const members = this.#memberNodes();
    const routes = this.#mesh === undefined ? this.#routesOn(node.name) : [];
    return {
      plan: { ...planNode(this.#withTunnel(node), members, this.#calico), routes },
      ipset: renderIpsets(node, members, this.#calico),
      iptables: renderIptablesRules(this.#calico),
    };
  }

  add(node: TopologyNode, pod: PodIdentity): WiredPod {
    const before = this.#destinations(node.name).length;
    const address = this.#ipam.allocate(node.name, pod.netns);
    return {
      addresses: [address],
      plans: planPod(this.#withTunnel(node), { ...pod, address }, this.#wires),
      rewires: this.#tellOthers(node.name, before),
    };
  }

  remove(node: TopologyNode, pod: PodIdentity): UnwiredPod {
    const before = this.#destinations(node.name).length;
    this.#ipam.release(pod.netns);
    return { device: hostEndOf(pod), rewires: this.#tellOthers(node.name, before) };
  }

  /** By BIRD, if there is one; if not, the nodes' plans have to say it: then true. */
  #tellOthers(node: string, before: number): boolean {
    const isOther = this.#destinations(node).length !== before;
    if (isOther) this.#mesh?.changed(node);
    return isOther && this.#mesh === undefined;
  }

  /** Of one node, to everybody's blocks. */
  #routesOn(name: string): readonly RoutePlan[] {
    const members = this.#memberNodes();
    return members
      .flatMap((owner) =>
        planBlockRoutes(owner, members, this.#destinations(owner.name), this.#calico),
      )
      .flatMap((plan) => (plan.netns === name ? (plan.routes ?? []) : []));
  }

  /** The node's blocks, and the single addresses that it has of others'. */
  #destinations(node: string): readonly Cidr[] {
    return [...this.#ipam.blocksOf(node), ...this.#ipam.borrowedBy(node)];
  }

  #memberNodes(): readonly NodeWithTunnel[] {
    return this.#nodes.filter(({ name }) => this.#members.has(name));
  }

  #withTunnel({ name }: TopologyNode): NodeWithTunnel {
    const found = this.#nodes.find((node) => node.name === name);
    if (found === undefined) throw new RangeError(`there is no node ${name}`);
    return found;
  }
}
