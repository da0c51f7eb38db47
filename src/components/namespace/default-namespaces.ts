import { withDefaults } from "../../api/defaulting/defaults.ts";
import type { Store } from "../../api/store/store.ts";

const names = ["default", "kube-system", "kube-public", "kube-node-lease"] as const;

/** Creates the namespaces that every cluster has. Safe to repeat. */
export function createDefaultNamespaces(store: Store): void {
  for (const name of names) {
    if (store.get("Namespace", { namespace: "", name }) !== undefined) continue;
    store.create(withDefaults({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  }
}
