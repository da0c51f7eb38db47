/** What runs on a node that belongs to the cluster: kubelet, kube-proxy, and who enforces network policies. */
import type { Logger } from "pino";
import type { Store } from "../../../api/store/store.ts";
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import { hostEndOf } from "../../../components/cni-calico/plan-pod.ts";
import type { KubeProxy } from "../../../components/kube-proxy/kube-proxy.ts";
import { Kubelet } from "../../../components/kubelet/kubelet.ts";
import type { MintToken } from "../../../components/kubelet/volumes/token-keeper.ts";
import {
  type PolicyEnforcer,
  setupNetworkPolicy,
} from "../../../components/network-policy/setup.ts";
import type { InstalledPolicies } from "../../../components/network-policy/sync-plan.ts";
import type { PodResponders } from "../../../components/responder/pod-responders.ts";
import { ipsetRestore, iptablesRestore } from "../../../kernel/rules/rules.ts";
import type { Emit } from "../../../observe/event.ts";
import { standInFor, type Topology, type TopologyNode } from "../../../topology/topology.ts";
import type { LiveContainers } from "../containers/live-container.ts";
import type { Machines } from "../machines/machines.ts";
import { nameserversFor } from "../machines/resolvers.ts";
import type { PodNetwork } from "../networks/pod-network.ts";
import type { HostPorts } from "./host-ports.ts";
import { nodeFacts } from "./node-facts.ts";
import { nodeHost } from "./node-host.ts";
import { startNodeProxies } from "./node-proxy.ts";
import type { NodeWirings } from "./node-wirings.ts";

export interface NodeAgentsOptions {
  readonly topology: Topology;
  readonly machines: Machines;
  readonly network: PodNetwork;
  readonly wirings: NodeWirings;
  readonly store: Store;
  readonly log: Logger;
  readonly emit: Emit;
  readonly responders: PodResponders;
  readonly containers: LiveContainers;
  readonly mintToken: MintToken;
  readonly hostPorts: HostPorts;
  /** What enforcers of policies leave behind for those that come after them. */
  readonly leftPolicies: Map<string, InstalledPolicies>;
}

export class NodeAgents implements AsyncDisposable {
  readonly kubelet: Kubelet;
  /** In dual stack two. */
  readonly proxies: readonly KubeProxy[];
  /** One for each address family of the cluster. */
  readonly policies: readonly PolicyEnforcer[];
  readonly #running = new CleanupStack();

  constructor(node: TopologyNode, options: NodeAgentsOptions) {
    this.proxies = startNodeProxies(node, options);
    for (const proxy of this.proxies) this.#running.use(proxy);
    this.policies = enforcePolicies(node, options);
    for (const policies of this.policies) this.#running.use(policies);
    this.kubelet = this.#running.use(startKubelet(node, this, options));
  }

  /** Its pods end with it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#running[Symbol.asyncDispose]();
  }
}

function startKubelet(
  node: TopologyNode,
  { proxies, policies }: Pick<NodeAgents, "proxies" | "policies">,
  options: NodeAgentsOptions,
): Kubelet {
  const { topology, store, log, mintToken } = options;
  const { images, dns } = topology;
  return Kubelet.start({
    store,
    log: log.child({ component: "kubelet", node: node.name }),
    node: nodeFacts(node),
    host: nodeHost({
      ...options,
      node,
      firstRules: firstSyncs(proxies),
      protect: async (pod, addresses) => {
        await Promise.all(policies.map((each) => each.protect(pod, addresses)));
      },
      responds: (image) => standInFor(images, image) === undefined,
    }),
    clusterDomain: dns.clusterDomain,
    clusterResolver: dns.enabled ? dns : undefined,
    nodeResolver: { nameservers: nameserversFor(topology, node.subnet), searches: [], options: [] },
    probeTimeScale: topology.pods.probeTimeScale,
    standInFor: (image) => standInFor(images, image),
    mintToken,
  });
}

function enforcePolicies(
  { name }: TopologyNode,
  options: NodeAgentsOptions,
): readonly PolicyEnforcer[] {
  const { topology, machines, store, log } = options;
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.netns(name);
  return topology.network.ipFamilies.map((family) =>
    setupNetworkPolicy({
      store,
      log: log.child({ component: "network-policy", node: name }),
      node: {
        ...{ node: name, deny: topology.network.policyDeny },
        ...(topology.network.plugin.type === "calico" && { deviceOf: hostEndOf }),
      },
      family,
      left: options.leftPolicies,
      kernel: {
        ipsetRestore: (payload) => ipsetRestore(netns, payload),
        iptablesRestore: (payload) => iptablesRestore(netns, payload, family),
      },
    }),
  );
}

/** Where rules are refused, programs start without them, and learn it from their connections. */
async function firstSyncs(proxies: readonly KubeProxy[]): Promise<void> {
  await Promise.allSettled(proxies.map((proxy) => proxy.synced()));
}
