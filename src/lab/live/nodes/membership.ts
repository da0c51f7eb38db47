/**
 * Nodes that join and leave. A Node object that somebody makes is to a machine of its name what `kubeadm join` is: the pod network is
 * laid there, the others learn of it, kubelet and kube-proxy start. Its deletion ends them, with the pods, and the others forget it.
 */

import { Controller, itself, watching } from "../../../api/controller/controller.ts";
import type { Node } from "../../../api/objects/cluster.ts";
import type { TopologyNode } from "../../../topology/topology.ts";
import { nodeObject } from "../control-plane/first-objects.ts";
import { HostPorts } from "./host-ports.ts";
import type { Members } from "./members.ts";
import { NodeAgents, type NodeAgentsOptions } from "./node-agents.ts";

export interface MembershipOptions extends Omit<NodeAgentsOptions, "leftPolicies" | "hostPorts"> {
  readonly members: Members;
}

export class Membership implements AsyncDisposable {
  readonly #options: MembershipOptions;
  readonly #agents = new Map<string, NodeAgents>();
  readonly #leftPolicies: NodeAgentsOptions["leftPolicies"] = new Map();
  /** They know what a node's kernel has of them, also when the node comes back. */
  readonly #hostPorts = new Map<string, HostPorts>();

  /** Starts the agents of everybody who is a member. */
  constructor(options: MembershipOptions) {
    this.#options = options;
    for (const node of options.members.nodes) this.#startAgents(node);
  }

  /** Of one node, or of all; of a node that is no member none. */
  agentsOn(node?: string): readonly NodeAgents[] {
    if (node === undefined) return [...this.#agents.values()];
    const agents = this.#agents.get(node);
    return agents === undefined ? [] : [agents];
  }

  /** Watches the Nodes until it is disposed of. */
  follow(): Controller {
    const { store, log } = this.#options;
    return Controller.start(
      store,
      {
        name: "membership",
        watches: [watching("Node", itself)],
        reconcile: async ({ name }, signal) => {
          await this.#reconcile(name, signal);
          return {};
        },
      },
      log.child({ component: "membership" }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((each) => each[Symbol.asyncDispose]()));
  }

  async #reconcile(name: string, signal: AbortSignal): Promise<void> {
    const { topology, store } = this.#options;
    const machine = topology.nodes.find((node) => node.name === name);
    // A Node without a machine stays what it is in a cluster too: an object that nobody speaks for.
    if (machine === undefined) return;
    const isWanted = store.get("Node", { namespace: "", name }) !== undefined;
    if (isWanted === this.#agents.has(name)) return;
    await (isWanted ? this.#join(machine, signal) : this.#leave(name, signal));
  }

  async #join(node: TopologyNode, signal: AbortSignal): Promise<void> {
    const { members, wirings, network, store } = this.#options;
    members.add(node.name);
    await wirings.update(signal);
    await network.membersChanged?.(signal);
    store.patch("Node", { namespace: "", name: node.name }, (written) => completed(written, node));
    this.#startAgents(node);
  }

  async #leave(name: string, signal: AbortSignal): Promise<void> {
    const { members, wirings, network } = this.#options;
    const agents = this.#agents.get(name);
    this.#agents.delete(name);
    await agents?.[Symbol.asyncDispose]();
    members.delete(name);
    await network.membersChanged?.(signal);
    await wirings.update(signal);
  }

  #startAgents(node: TopologyNode): void {
    const { machines, topology } = this.#options;
    const hostPorts =
      this.#hostPorts.get(node.name) ?? new HostPorts(node.name, machines, topology.network);
    this.#hostPorts.set(node.name, hostPorts);
    const options = { ...this.#options, leftPolicies: this.#leftPolicies, hostPorts };
    this.#agents.set(node.name, new NodeAgents(node, options));
  }
}

/** What whoever made the Node has left open is as the topology has it: shares of the pod network above all. */
function completed(written: Node, node: TopologyNode): Node {
  const own = nodeObject(node);
  return {
    ...written,
    metadata: {
      ...written.metadata,
      labels: { ...own.metadata.labels, ...written.metadata.labels },
    },
    spec: { ...own.spec, ...written.spec },
    status: { ...own.status, ...written.status },
  };
}
