/** Real CNI plugins, run for each pod as a container runtime runs them: ADD when it comes, DEL when it goes, CHECK on demand. */
import { createHash } from "node:crypto";
import { ProgramError } from "../../../base/podwire-error.ts";
import { parseObject, resultAddresses } from "../../../components/cni-exec/cni-result.ts";
import {
  type JsonObject,
  type NetworkConfig,
  parseNetworkConfig,
  usesNodeShare,
} from "../../../components/cni-exec/network-config.ts";
import { planNode } from "../../../components/cni-exec/plan-node.ts";
import {
  type Attachment,
  type CniCommand,
  pluginCall,
  pluginsFor,
} from "../../../components/cni-exec/plugin-call.ts";
import { nameNetns, netnsNamePath, unnameNetns } from "../../../kernel/netns-in-place.ts";
import { type Cidr, formatCidr } from "../../../net/cidr.ts";
import { familyOf, type IpAddress } from "../../../net/ip-address.ts";
import type { PluginOf } from "../../../topology/plugin.ts";
import type { Topology, TopologyNode } from "../../../topology/topology.ts";
import { planPodNetns } from "../containers/pod-netns-plan.ts";
import type { Machines } from "../machines/machines.ts";
import type { Members } from "../nodes/members.ts";
import { RunError } from "../run-error.ts";
import type { NodeNetwork, PodIdentity, PodNetwork, UnwiredPod, WiredPod } from "./pod-network.ts";
import { runPlugin } from "./run-plugin.ts";

interface Attached {
  readonly attachment: Attachment;
  readonly result: JsonObject | undefined;
}

export class ExecNetwork implements PodNetwork {
  readonly #topology: Topology;
  readonly #plugin: PluginOf<"exec">;
  readonly #members: Members;
  readonly #attachedByNetns = new Map<string, Attached>();
  #machines: Machines | undefined;

  constructor(topology: Topology, plugin: PluginOf<"exec">, members: Members) {
    this.#topology = topology;
    this.#plugin = plugin;
    this.#members = members;
  }

  node(node: TopologyNode): NodeNetwork {
    const hasShares = usesNodeShare(this.#plugin.config);
    return { plan: planNode(node, this.#members.nodes, { hasShares }), iptables: "" };
  }

  /** Nothing runs: plugins are started for each pod, where the machines are. */
  async start(machines: Machines): Promise<AsyncDisposable> {
    this.#machines = machines;
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  async add(node: TopologyNode, pod: PodIdentity, signal: AbortSignal): Promise<WiredPod> {
    await this.#prepare(node, pod, signal);
    const attachment = attachmentOf(pod);
    const result = await this.#run("ADD", node, { attachment, result: undefined });
    this.#attachedByNetns.set(pod.netns, { attachment, result });
    const addresses = this.#addressesIn(result);
    if (addresses.length === 0) {
      throw new ProgramError(`CNI ADD of ${pod.namespace}/${pod.name}: the result has no address`);
    }
    if (this.#plugin.check && knowsCheck(this.#networkOf(node))) {
      await this.#run("CHECK", node, { attachment, result });
    }
    return { addresses, plans: [] };
  }

  async remove(node: TopologyNode, pod: PodIdentity): Promise<UnwiredPod> {
    const unknown = { attachment: attachmentOf(pod), result: undefined };
    const attached = this.#attachedByNetns.get(pod.netns) ?? unknown;
    this.#attachedByNetns.delete(pod.netns);
    const machines = this.#machines;
    // With the node goes all that the plugin has done there.
    if (machines?.has(node.name) !== true) return {};
    try {
      await this.#run("DEL", node, attached);
    } finally {
      unnameNetns(machines.place(node.name).namespaces, pod.netns);
    }
    return {};
  }

  /** The runtime's part, which comes first: a plugin finds the netns by its name, and a loopback that is up. */
  async #prepare(node: TopologyNode, { netns }: PodIdentity, signal: AbortSignal): Promise<void> {
    const machines = this.#machines;
    if (machines === undefined) return;
    nameNetns(machines.place(node.name).namespaces, machines.netns(netns));
    await machines.apply([planPodNetns(netns, this.#topology.network.ipFamilies)], signal);
  }

  /** Each plugin of the list in its turn; an ADD is given the result of the one before. */
  async #run(
    command: CniCommand,
    node: TopologyNode,
    { attachment, result }: Attached,
  ): Promise<JsonObject | undefined> {
    const network = this.#networkOf(node);
    let previous = result;
    for (const plugin of pluginsFor(command, network)) {
      const path = this.#plugin.binDir;
      const call = pluginCall(command, { network, plugin, attachment, previous, path });
      const output = await runPlugin(this.#machines, node.name, command, call);
      if (command === "ADD") previous = parseObject(output) ?? previous;
    }
    return previous;
  }

  /** One of each family is what a pod's status has, those of the cluster's families alone. */
  #addressesIn(result: JsonObject | undefined): readonly IpAddress[] {
    const given = resultAddresses(result);
    return this.#topology.network.ipFamilies.flatMap(
      (family) => given.find((address) => familyOf(address) === family) ?? [],
    );
  }

  /** The configuration, with what is this node's in the place of placeholders. */
  #networkOf(node: TopologyNode): NetworkConfig {
    const { network } = this.#topology;
    const parsed = parseNetworkConfig(this.#plugin.config, {
      node: node.name,
      podCIDR: formatCidr(node.podCIDR),
      podCIDRIPv6: formatSecond(node.podCIDRs),
      clusterCIDR: formatCidr(network.podCIDR),
      clusterCIDRIPv6: formatSecond(network.podCIDRs),
    });
    if (parsed !== undefined) return parsed;
    const message = "plugin exec: its config is neither a plugin's nor a list of plugins";
    const hint = "write config: {type: bridge, …}, or config: {plugins: [{type: …}]}";
    throw new RunError("RUN_BAD_REQUEST", message, { hint });
  }
}

function attachmentOf({ namespace, name, netns, portMappings }: PodIdentity): Attachment {
  const containerId = createHash("sha256").update(netns).digest("hex");
  return { containerId, netnsPath: netnsNamePath(netns), namespace, name, portMappings };
}

function formatSecond([, second]: readonly Cidr[]): string {
  return second === undefined ? "" : formatCidr(second);
}

/** CHECK is there since 0.4.0. */
function knowsCheck({ cniVersion, disableCheck }: NetworkConfig): boolean {
  const [major = 0, minor = 0] = cniVersion.split(".").map(Number);
  return !disableCheck && (major > 0 || minor >= 4);
}
