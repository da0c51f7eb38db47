import { container, ephemeralContainer, resources, seccompAndOwners } from "./container-schema.ts";
import { labelSelector, metadata } from "./meta-schema.ts";
import {
  any,
  atomicStringMap,
  boolean,
  each,
  integer,
  list,
  listByKey,
  object,
  quantityMap,
  type Schema,
  string,
  strings,
} from "./schema.ts";
import { volume } from "./volume-schema.ts";

const requirement = object(
  { ...each(string, "key", "operator"), values: strings },
  { name: "core.v1.NodeSelectorRequirement", required: ["key", "operator"] },
);
const nodeSelectorTerm = object(each(list(requirement), "matchExpressions", "matchFields"), {
  name: "core.v1.NodeSelectorTerm",
  mapType: "atomic",
});
const nodeAffinity = object(
  {
    requiredDuringSchedulingIgnoredDuringExecution: object(
      { nodeSelectorTerms: list(nodeSelectorTerm) },
      { name: "core.v1.NodeSelector", required: ["nodeSelectorTerms"], mapType: "atomic" },
    ),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      object(
        { weight: integer, preference: nodeSelectorTerm },
        { name: "core.v1.PreferredSchedulingTerm", required: ["weight", "preference"] },
      ),
    ),
  },
  { name: "core.v1.NodeAffinity" },
);

const podAffinityTerm = object(
  {
    ...each(labelSelector, "labelSelector", "namespaceSelector"),
    ...each(strings, "namespaces", "matchLabelKeys", "mismatchLabelKeys"),
    topologyKey: string,
  },
  { name: "core.v1.PodAffinityTerm", required: ["topologyKey"] },
);

function podAffinity(name: string): Schema {
  return object(
    {
      requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm),
      preferredDuringSchedulingIgnoredDuringExecution: list(
        object(
          { weight: integer, podAffinityTerm },
          { name: "core.v1.WeightedPodAffinityTerm", required: ["weight", "podAffinityTerm"] },
        ),
      ),
    },
    { name },
  );
}

const affinity = object(
  {
    nodeAffinity,
    podAffinity: podAffinity("core.v1.PodAffinity"),
    podAntiAffinity: podAffinity("core.v1.PodAntiAffinity"),
  },
  { name: "core.v1.Affinity" },
);

const topologySpreadConstraints = list(
  object(
    {
      ...each(integer, "maxSkew", "minDomains"),
      ...each(string, "topologyKey", "whenUnsatisfiable", "nodeAffinityPolicy", "nodeTaintsPolicy"),
      labelSelector,
      matchLabelKeys: strings,
    },
    {
      name: "core.v1.TopologySpreadConstraint",
      required: ["maxSkew", "topologyKey", "whenUnsatisfiable"],
    },
  ),
  {
    listType: "map",
    listMapKeys: ["topologyKey", "whenUnsatisfiable"],
    patchStrategy: "merge",
    patchMergeKey: "topologyKey",
  },
);

const toleration = object(
  { ...each(string, "key", "operator", "value", "effect"), tolerationSeconds: integer },
  { name: "core.v1.Toleration" },
);

const dnsConfig = object(
  {
    ...each(strings, "nameservers", "searches"),
    options: list(object(each(string, "name", "value"), { name: "core.v1.PodDNSConfigOption" })),
  },
  { name: "core.v1.PodDNSConfig" },
);

const securityContext = object(
  {
    ...seccompAndOwners,
    fsGroup: integer,
    ...each(string, "fsGroupChangePolicy", "supplementalGroupsPolicy", "seLinuxChangePolicy"),
    supplementalGroups: list(integer),
    sysctls: list(
      object(each(string, "name", "value"), {
        name: "core.v1.Sysctl",
        required: ["name", "value"],
      }),
    ),
  },
  { name: "core.v1.PodSecurityContext" },
);

/** An object named in the same namespace. */
export const localReference: Schema = object(
  { name: string },
  { name: "core.v1.LocalObjectReference", mapType: "atomic" },
);

export const podSpec: Schema = object(
  {
    ...each(listByKey("name", container), "containers", "initContainers"),
    ephemeralContainers: listByKey("name", ephemeralContainer),
    ...each(
      string,
      "dnsPolicy",
      "hostname",
      "hostnameOverride",
      "nodeName",
      "preemptionPolicy",
      "priorityClassName",
      "restartPolicy",
      "runtimeClassName",
      "schedulerName",
      "serviceAccount",
      "serviceAccountName",
      "subdomain",
    ),
    ...each(
      boolean,
      "automountServiceAccountToken",
      "enableServiceLinks",
      "hostIPC",
      "hostNetwork",
      "hostPID",
      "hostUsers",
      "setHostnameAsFQDN",
      "shareProcessNamespace",
    ),
    ...each(integer, "activeDeadlineSeconds", "priority", "terminationGracePeriodSeconds"),
    ...each(any, "os", "workloadRef"),
    affinity,
    resourceClaims: list(any, { listType: "map", listMapKeys: ["name"] }),
    resources,
    schedulingGates: listByKey(
      "name",
      object({ name: string }, { name: "core.v1.PodSchedulingGate", required: ["name"] }),
    ),
    securityContext,
    topologySpreadConstraints,
    dnsConfig,
    hostAliases: listByKey(
      "ip",
      object({ ip: string, hostnames: strings }, { name: "core.v1.HostAlias", required: ["ip"] }),
    ),
    imagePullSecrets: listByKey("name", localReference),
    nodeSelector: atomicStringMap,
    overhead: quantityMap,
    readinessGates: list(
      object(
        { conditionType: string },
        { name: "core.v1.PodReadinessGate", required: ["conditionType"] },
      ),
    ),
    tolerations: list(toleration),
    volumes: list(volume, {
      listType: "map",
      listMapKeys: ["name"],
      patchStrategy: "merge,retainKeys",
      patchMergeKey: "name",
    }),
  },
  { name: "core.v1.PodSpec", required: ["containers"] },
);

export const podTemplate: Schema = object(
  { metadata, spec: podSpec },
  { name: "core.v1.PodTemplateSpec" },
);
