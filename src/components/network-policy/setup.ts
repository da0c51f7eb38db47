/** Keeps one node's rules in step with the policies, the pods and the namespaces. */
import type { Logger } from "pino";
import { type Busy, Controller, watching } from "../../api/controller/controller.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { Store } from "../../api/store/store.ts";
import type { IpFamily } from "../../net/ip-address.ts";
import { type FelixNode, felixPolicies } from "./felix-rules.ts";
import { policyPods } from "./pod-view.ts";
import { nodePolicies, type PolicyNode } from "./render-rules.ts";
import type { PolicyCluster } from "./resolve-peers.ts";
import { type InstalledPolicies, nothingInstalled, planSync } from "./sync-plan.ts";

export interface NetworkPolicyOptions {
  readonly store: Store;
  /** A child that already carries component and node. */
  readonly log: Logger;
  /** With `deviceOf` on each pod's own device, as Felix does; otherwise by addresses. */
  readonly node: PolicyNode | FelixNode;
  /** Of the rules: a cluster with both has this controller twice. */
  readonly family: IpFamily;
  /** By node and family: who enforces on a node that was a member before finds what was left there, and leaves this. */
  readonly left: Map<string, InstalledPolicies>;
  /** Run in the node's netns. */
  readonly kernel: {
    readonly ipsetRestore: (payload: string) => Promise<void>;
    /** Of the family. */
    readonly iptablesRestore: (payload: string) => Promise<void>;
  };
}

/** Disposing it ends the watches; the rules stay. */
export interface PolicyEnforcer extends Busy, AsyncDisposable {
  /**
   * Resolves when the node's rules are about a pod of these addresses, whether or not its status has them: "all newly created pods
   * selected by the given NetworkPolicy will be isolated before they are started".
   *
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#pod-lifecycle
   */
  protect(pod: Pod, addresses: readonly string[]): Promise<void>;
}

export function setupNetworkPolicy({
  store,
  log,
  node,
  family,
  left,
  kernel,
}: NetworkPolicyOptions): PolicyEnforcer {
  // Everything is computed anew at any change, for the node as a whole.
  const key = { namespace: "", name: node.node };
  const concerned = () => [key];
  const wired = new Map<string, readonly string[]>();
  const memory = `${node.node} ${family}`;
  const installed = (): InstalledPolicies => left.get(memory) ?? nothingInstalled;
  const definition = {
    name: "network-policy",
    watches: [
      watching("NetworkPolicy", concerned),
      watching("Pod", () => (hasPolicies(store) || installed().isHooked ? [key] : [])),
      watching("Namespace", () => (hasPolicies(store) ? [key] : [])),
    ],
    reconcile: async () => {
      const pods = store.list("Pod");
      forgetOthers(wired, pods);
      const cluster: PolicyCluster = {
        family,
        pods: policyPods(pods, family, wired),
        naming: "deviceOf" in node ? "felix" : "kube",
        namespaceLabels: new Map(
          store.list("Namespace").map(({ metadata: { name, labels = {} } }) => [name, labels]),
        ),
      };
      const policies = store.list("NetworkPolicy");
      const wanted =
        "deviceOf" in node
          ? felixPolicies(node, policies, cluster)
          : nodePolicies(node, policies, cluster);
      const sync = planSync(wanted, installed());
      if (sync === undefined) return {};
      if (sync.newSets !== "") await kernel.ipsetRestore(sync.newSets);
      await kernel.iptablesRestore(sync.rules);
      left.set(memory, sync.after);
      if (sync.oldSets !== "") await kernel.ipsetRestore(sync.oldSets);
      log.info({ chains: wanted.chains.size, sets: wanted.sets.length }, "policies synced");
      return {};
    },
  };
  const controller = Controller.start(store, definition, log);
  return {
    get isIdle() {
      return controller.isIdle;
    },
    whenIdle: () => controller.whenIdle(),
    protect: async ({ metadata: { uid = "" } }, addresses) => {
      wired.set(uid, addresses);
      if (!hasPolicies(store)) return;
      controller.enqueue(key);
      await controller.whenIdle();
    },
    [Symbol.asyncDispose]: () => controller[Symbol.asyncDispose](),
  };
}

function forgetOthers(wired: Map<string, readonly string[]>, pods: readonly Pod[]): void {
  const present = new Set(pods.map(({ metadata }) => metadata.uid));
  for (const uid of wired.keys()) if (!present.has(uid)) wired.delete(uid);
}

function hasPolicies(store: Store): boolean {
  return store.list("NetworkPolicy").length > 0;
}
