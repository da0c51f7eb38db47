/** Keeps one node's rules in step with the policies, the pods and the namespaces. */
import type { Logger } from "pino";
import { Controller, watching } from "../../api/controller.ts";
import type { Store } from "../../api/store.ts";
import type { IpFamily } from "../../net/ip-address.ts";
import { policyPods } from "./pod-view.ts";
import { nodePolicies, type PolicyNode } from "./render-rules.ts";
import { type InstalledPolicies, nothingInstalled, planSync } from "./sync-plan.ts";

export interface NetworkPolicyOptions {
  readonly store: Store;
  /** A child that already carries component and node. */
  readonly log: Logger;
  readonly node: PolicyNode;
  /** Of the rules: a cluster with both has this controller twice. */
  readonly family: IpFamily;
  /** Run in the node's netns. */
  readonly kernel: {
    readonly ipsetRestore: (payload: string) => Promise<void>;
    /** Of the family. */
    readonly iptablesRestore: (payload: string) => Promise<void>;
  };
}

export function setupNetworkPolicy({
  store,
  log,
  node,
  family,
  kernel,
}: NetworkPolicyOptions): Controller {
  // Everything is computed anew at any change, for the node as a whole.
  const key = { namespace: "", name: node.node };
  const concerned = () => [key];
  let installed: InstalledPolicies = nothingInstalled;
  const definition = {
    name: "network-policy",
    watches: [
      watching("NetworkPolicy", concerned),
      watching("Pod", () => (hasPolicies(store) || installed.isHooked ? [key] : [])),
      watching("Namespace", () => (hasPolicies(store) ? [key] : [])),
    ],
    reconcile: async () => {
      const cluster = {
        family,
        pods: policyPods(store.list("Pod"), family),
        namespaceLabels: new Map(
          store.list("Namespace").map(({ metadata: { name, labels = {} } }) => [name, labels]),
        ),
      };
      const wanted = nodePolicies(node, store.list("NetworkPolicy"), cluster);
      const sync = planSync(wanted, installed);
      if (sync === undefined) return {};
      if (sync.newSets !== "") await kernel.ipsetRestore(sync.newSets);
      await kernel.iptablesRestore(sync.rules);
      installed = sync.after;
      if (sync.oldSets !== "") await kernel.ipsetRestore(sync.oldSets);
      log.info({ chains: wanted.chains.size, sets: wanted.sets.length }, "policies synced");
      return {};
    },
  };
  return Controller.start(store, definition, log);
}

function hasPolicies(store: Store): boolean {
  return store.list("NetworkPolicy").length > 0;
}
