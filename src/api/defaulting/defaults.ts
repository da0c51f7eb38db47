import { unreachable } from "../../base/unreachable.ts";
import type { Namespace, Node, Secret } from "../objects/cluster.ts";
import { type AnyObject, type Kind, type KindMap, kinds } from "../objects/kinds.ts";
import { defaultEndpointSlice, defaultEndpoints } from "./discovery.ts";
import { defaultNetworkPolicy } from "./networking.ts";
import { defaultPod } from "./pod.ts";
import { defaultBinding } from "./rbac.ts";
import { defaultService } from "./service.ts";
import {
  defaultDaemonSet,
  defaultDeployment,
  defaultReplicaSet,
  defaultStatefulSet,
} from "./workload.ts";

/**
 * Fills what the author left out, as the API server does on every write.
 * Applying it twice changes nothing more.
 *
 * @param object decoded (see {@link decodeObject}): it may lack what is optional, but what is there has its type.
 */
export function withDefaults<K extends Kind>(object: KindMap[K]): KindMap[K] {
  const { namespaced } = kinds[object.kind];
  const { namespace: given, ...metadata } = object.metadata;
  const namespace = given === undefined || given === "" ? "default" : given;
  const placed: AnyObject = {
    ...object,
    // An object of a kind without namespaces has none, whatever it says.
    metadata: namespaced ? { ...metadata, namespace } : metadata,
  };
  // Each branch of `defaultKind` answers with the kind it was given.
  return defaultKind(placed) as KindMap[K];
}

function defaultKind(object: AnyObject): AnyObject {
  switch (object.kind) {
    case "ClusterRole":
    case "ConfigMap":
    case "ControllerRevision":
    case "Event":
    case "Lease":
    case "Role":
    case "ServiceAccount":
    case "ServiceCIDR":
      return object;
    case "ClusterRoleBinding":
    case "RoleBinding":
      return defaultBinding(object);
    case "DaemonSet":
      return defaultDaemonSet(object);
    case "Deployment":
      return defaultDeployment(object);
    case "EndpointSlice":
      return defaultEndpointSlice(object);
    case "Endpoints":
      return defaultEndpoints(object);
    case "Namespace":
      return defaultNamespace(object);
    case "NetworkPolicy":
      return defaultNetworkPolicy(object);
    case "Node":
      return defaultNode(object);
    case "Pod":
      return defaultPod(object);
    case "ReplicaSet":
      return defaultReplicaSet(object);
    case "Secret":
      return defaultSecret(object);
    case "Service":
      return defaultService(object);
    case "StatefulSet":
      return defaultStatefulSet(object);
    default:
      return unreachable(object);
  }
}

/** The label lets selectors name a namespace; the finalizer holds it until it is empty. */
function defaultNamespace(namespace: Namespace): Namespace {
  const { metadata, spec, status } = namespace;
  const labels = { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name };
  return {
    ...namespace,
    metadata: { ...metadata, labels },
    spec: { finalizers: ["kubernetes"], ...spec },
    status: { phase: "Active", ...status },
  };
}

function defaultNode(node: Node): Node {
  const { spec = {} } = node as { readonly spec?: Node["spec"] };
  const { podCIDR, podCIDRs = [] } = spec;
  const [first] = podCIDRs;
  if (podCIDR !== undefined && first === undefined) {
    return { ...node, spec: { ...spec, podCIDRs: [podCIDR] } };
  }
  return { ...node, spec: first === undefined ? spec : { podCIDR: first, ...spec } };
}

/** `stringData` is a way to write `data` without base64; reads never show it. */
function defaultSecret({
  stringData,
  ...secret
}: Secret & { readonly stringData?: Readonly<Record<string, string>> }): Secret {
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, "utf8").toString("base64"),
  ]);
  const data = { ...secret.data, ...Object.fromEntries(encoded) };
  return {
    ...secret,
    type: secret.type ?? "Opaque",
    ...(Object.keys(data).length > 0 && { data }),
  };
}
