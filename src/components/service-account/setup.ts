import { Controller, itself, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { ControllerGroup } from "../../api/controller/controller-group.ts";
import type { Reconcile } from "../../api/controller/reconcile.ts";
import type { ConfigMap, Namespace, ServiceAccount } from "../../api/objects/cluster.ts";
import type { AnyObject } from "../../api/objects/kinds.ts";
import { type KubeObject, keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import { isNamespaceTerminating } from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";

export interface ServiceAccountOptions extends ControllerContext {
  /** The certificate of the API server's authority, as PEM. */
  readonly rootCertificate: string;
}

/** Gives every namespace its default ServiceAccount and the certificate to trust, until it is disposed. */
export function setupServiceAccount({
  store,
  log,
  rootCertificate,
  timer,
}: ServiceAccountOptions): ControllerGroup {
  const options = timer === undefined ? {} : { timer };
  return new ControllerGroup([
    Controller.start(
      store,
      {
        name: "service-account",
        watches: [watching("Namespace", itself), watching("ServiceAccount", itsNamespace)],
        reconcile: keep(store, ({ metadata }) => defaultAccount(metadata.name)),
      },
      log,
      options,
    ),
    Controller.start(
      store,
      {
        name: "root-ca-cert-publisher",
        watches: [watching("Namespace", itself), watching("ConfigMap", itsNamespace)],
        reconcile: keep(store, ({ metadata }) =>
          rootCertificateMap(metadata.name, rootCertificate),
        ),
      },
      log,
      options,
    ),
  ]);
}

function itsNamespace({ metadata: { namespace = "" } }: KubeObject): readonly ObjectKey[] {
  return [{ namespace: "", name: namespace }];
}

/** What a namespace must have: made when it is not there, put right when it has other data. */
function keep(store: Store, wantedIn: (namespace: Namespace) => AnyObject): Reconcile {
  return (key) => {
    const namespace = store.get("Namespace", key);
    if (namespace === undefined || isNamespaceTerminating(store, key.name)) return {};
    const wanted = wantedIn(namespace);
    const existing = store.get(wanted.kind, keyOf(wanted));
    if (existing === undefined) store.create(wanted);
    else if (wanted.kind === "ConfigMap")
      store.update({ ...existing, data: wanted.data } as AnyObject);
    return {};
  };
}

function defaultAccount(namespace: string): ServiceAccount {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
}

function rootCertificateMap(namespace: string, certificate: string): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "kube-root-ca.crt",
      namespace,
      annotations: {
        "kubernetes.io/description":
          "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
      },
    },
    data: { "ca.crt": certificate },
  };
}
