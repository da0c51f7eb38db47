import { unreachable } from "../../base/unreachable.ts";
import type { FieldError } from "../errors/field-errors.ts";
import type { AnyObject } from "../objects/kinds.ts";
import {
  validateConfigMap,
  validateEvent,
  validateNamespace,
  validateNode,
  validateSecret,
  validateServiceAccount,
} from "./cluster.ts";
import { validateEndpointSlice, validateEndpoints } from "./discovery.ts";
import { checkMetadata } from "./metadata.ts";
import { validateLease, validateNetworkPolicy, validateServiceCIDR } from "./networking.ts";
import { validatePod } from "./pod.ts";
import { validateBinding, validateClusterRole, validateRole } from "./rbac.ts";
import { validateService } from "./service.ts";
import {
  validateDaemonSet,
  validateDeployment,
  validateReplicaSet,
  validateStatefulSet,
} from "./workload.ts";

/**
 * All that is wrong with an object, in the server's words and order.
 *
 * @param object decoded and with its defaults filled.
 */
export function validateObject(object: AnyObject): readonly FieldError[] {
  switch (object.kind) {
    case "ClusterRole":
      return validateClusterRole(object);
    case "ClusterRoleBinding":
    case "RoleBinding":
      return validateBinding(object);
    case "ConfigMap":
      return validateConfigMap(object);
    case "ControllerRevision":
      return checkMetadata(object.metadata, { namespaced: true });
    case "DaemonSet":
      return validateDaemonSet(object);
    case "Deployment":
      return validateDeployment(object);
    case "EndpointSlice":
      return validateEndpointSlice(object);
    case "Endpoints":
      return validateEndpoints(object);
    case "Event":
      return validateEvent(object);
    case "Lease":
      return validateLease(object);
    case "Namespace":
      return validateNamespace(object);
    case "NetworkPolicy":
      return validateNetworkPolicy(object);
    case "Node":
      return validateNode(object);
    case "Pod":
      return validatePod(object);
    case "ReplicaSet":
      return validateReplicaSet(object);
    case "Role":
      return validateRole(object);
    case "Secret":
      return validateSecret(object);
    case "Service":
      return validateService(object);
    case "ServiceAccount":
      return validateServiceAccount(object);
    case "ServiceCIDR":
      return validateServiceCIDR(object);
    case "StatefulSet":
      return validateStatefulSet(object);
    default:
      return unreachable(object);
  }
}
