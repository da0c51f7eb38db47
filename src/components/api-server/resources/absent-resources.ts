/**
 * Kinds that clients ask for and of which a lab has none: lists and watches of them are empty, so that `kubectl get all`, `describe
 * namespace` or `drain` say what they say of any cluster without such objects. Nobody here would act on one, so making one is
 * refused: an object that is kept and does nothing would be a lie.
 */
import type { Resource } from "./resource.ts";

const jobs = "nothing here would run its pods to their end";
const storage = "there is no storage here to claim: emptyDir and hostPath volumes need none";
const ingress = "there is no ingress controller here";

export const absentResources: readonly Resource[] = [
  absent("v1", "LimitRange", "limitranges", {
    shortNames: ["limits"],
    refusal: "nobody here would hold pods to it",
  }),
  absent("v1", "PersistentVolume", "persistentvolumes", {
    shortNames: ["pv"],
    namespaced: false,
    refusal: storage,
  }),
  absent("v1", "PersistentVolumeClaim", "persistentvolumeclaims", {
    shortNames: ["pvc"],
    refusal: storage,
  }),
  absent("v1", "ReplicationController", "replicationcontrollers", {
    shortNames: ["rc"],
    categories: ["all"],
    refusal: "nothing here would make its pods: a ReplicaSet or a Deployment does",
  }),
  absent("v1", "ResourceQuota", "resourcequotas", {
    shortNames: ["quota"],
    refusal: "nobody here would count against it",
  }),
  absent("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", {
    shortNames: ["crd", "crds"],
    namespaced: false,
    refusal: "no kinds are served here but those of `kubectl api-resources`",
  }),
  // `kubectl autoscale` speaks of the older.
  ...["v2", "v1"].map((version) =>
    absent(`autoscaling/${version}`, "HorizontalPodAutoscaler", "horizontalpodautoscalers", {
      shortNames: ["hpa"],
      categories: ["all"],
      refusal: "there are no metrics here to scale by",
    }),
  ),
  absent("batch/v1", "CronJob", "cronjobs", {
    shortNames: ["cj"],
    categories: ["all"],
    refusal: jobs,
  }),
  absent("batch/v1", "Job", "jobs", { categories: ["all"], refusal: jobs }),
  absent("networking.k8s.io/v1", "Ingress", "ingresses", {
    shortNames: ["ing"],
    refusal: ingress,
  }),
  absent("networking.k8s.io/v1", "IngressClass", "ingressclasses", {
    namespaced: false,
    refusal: ingress,
  }),
  absent("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", {
    shortNames: ["pdb"],
    refusal: "evictions here ask for no budget",
  }),
  absent("storage.k8s.io/v1", "StorageClass", "storageclasses", {
    shortNames: ["sc"],
    namespaced: false,
    refusal: storage,
  }),
];

function absent(
  apiVersion: string,
  kind: string,
  plural: string,
  {
    refusal,
    namespaced = true,
    shortNames = [],
    categories = [],
  }: Partial<Pick<Resource, "categories" | "namespaced" | "shortNames">> & {
    readonly refusal: string;
  },
): Resource {
  const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const names = { plural, singular: kind.toLowerCase(), kind, shortNames, categories };
  // Whatever is selected of the kind that stands in for it, none of it is shown.
  return { group, version: version ?? "", ...names, namespaced, stored: "ConfigMap", refusal };
}
