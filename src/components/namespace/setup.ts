import { Controller, itself, type Watch, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import type { KubeObject } from "../../api/objects/meta.ts";
import { isNamespaceTerminating, namespacedKinds } from "../../api/requests/deletion.ts";
import { reconcileNamespace } from "./reconcile.ts";

/** Runs the namespace controller until it is disposed. See also {@link createDefaultNamespaces}. */
export function setupNamespace({ store, log, timer }: ControllerContext): Controller {
  const contents = namespacedKinds.map(
    (kind): Watch =>
      // Only what is in a namespace that is ending is of interest, and then its every change.
      watching(kind, ({ metadata: { namespace = "" } }: KubeObject) =>
        isNamespaceTerminating(store, namespace) ? [{ namespace: "", name: namespace }] : [],
      ),
  );
  return Controller.start(
    store,
    {
      name: "namespace",
      watches: [watching("Namespace", itself), ...contents],
      reconcile: reconcileNamespace(store),
    },
    log,
    timer === undefined ? {} : { timer },
  );
}
