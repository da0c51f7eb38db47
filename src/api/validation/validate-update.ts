import { isDeepStrictEqual } from "node:util";
import { type FieldError, forbidden, invalid } from "../errors/field-errors.ts";
import type { AnyObject } from "../objects/kinds.ts";
import type { Pod } from "../objects/pod.ts";
import type { Service } from "../objects/service.ts";
import type { StatefulSet } from "../objects/workload.ts";
import { checkRoleRefKept } from "./rbac.ts";
import { immutableDetail } from "./rules.ts";

/** What an update may not change. The new object must be valid by itself as well. */
export function validateUpdate(object: AnyObject, previous: AnyObject): readonly FieldError[] {
  switch (object.kind) {
    case "ClusterRoleBinding":
    case "RoleBinding":
      return previous.kind === object.kind ? checkRoleRefKept(object, previous) : [];
    case "DaemonSet":
    case "Deployment":
    case "ReplicaSet":
      return previous.kind === object.kind ? checkSelectorKept(object, previous) : [];
    case "EndpointSlice":
      return previous.kind === object.kind && previous.addressType !== object.addressType
        ? [invalid(["addressType"], object.addressType, immutableDetail)]
        : [];
    case "Pod":
      return previous.kind === object.kind ? checkPodUpdate(object, previous) : [];
    case "Service":
      return previous.kind === object.kind ? checkServiceUpdate(object, previous) : [];
    case "StatefulSet":
      return previous.kind === object.kind ? checkStatefulSetUpdate(object, previous) : [];
    default:
      return [];
  }
}

interface Selecting {
  readonly spec: { readonly selector: unknown };
}

function checkSelectorKept({ spec }: Selecting, previous: Selecting): readonly FieldError[] {
  return isDeepStrictEqual(spec.selector, previous.spec.selector)
    ? []
    : [invalid(["spec", "selector"], spec.selector, immutableDetail)];
}

const changeablePodFields = new Set([
  "activeDeadlineSeconds",
  "terminationGracePeriodSeconds",
  "tolerations",
]);

function checkPodUpdate({ spec }: Pod, previous: Pod): readonly FieldError[] {
  const fixed = ({ containers, initContainers, ...rest }: Pod["spec"]): unknown => [
    Object.fromEntries(Object.entries(rest).filter(([field]) => !changeablePodFields.has(field))),
    [containers, initContainers ?? []].map((each) => each.map((one) => ({ ...one, image: "" }))),
  ];
  return isDeepStrictEqual(fixed(spec), fixed(previous.spec))
    ? []
    : [
        forbidden(
          ["spec"],
          "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
        ),
      ];
}

/** An address stays with its Service: clients hold on to it. Only ExternalName has none to keep. */
function checkServiceUpdate({ spec }: Service, { spec: previous }: Service): readonly FieldError[] {
  if (spec.type === "ExternalName" || previous.type === "ExternalName") return [];
  const [before] = previous.clusterIPs ?? [];
  const { clusterIPs = [] } = spec;
  const path = ["spec", "clusterIPs", 0];
  if (before === undefined || clusterIPs[0] === before) return [];
  return clusterIPs[0] === undefined
    ? [invalid(path, clusterIPs, "primary clusterIP can not be unset")]
    : [invalid(path, clusterIPs, "may not change once set")];
}

const changeableStatefulSetFields = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const;

function checkStatefulSetUpdate(
  { spec }: StatefulSet,
  { spec: previous }: StatefulSet,
): readonly FieldError[] {
  const changeable: ReadonlySet<string> = new Set(changeableStatefulSetFields);
  const fixed = (fields: StatefulSet["spec"]): unknown =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => !changeable.has(field)));
  if (isDeepStrictEqual(fixed(spec), fixed(previous))) return [];
  return [
    forbidden(
      ["spec"],
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}
