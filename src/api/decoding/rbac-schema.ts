import { kindSchema, labelSelector } from "./meta-schema.ts";
import { each, list, object, type Schema, string, strings } from "./schema.ts";

const rules = list(
  object(each(strings, "verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs"), {
    name: "rbac.v1.PolicyRule",
    required: ["verbs"],
  }),
);

export const role: Schema = kindSchema({ rules });

export const clusterRole: Schema = kindSchema({
  rules,
  aggregationRule: object(
    { clusterRoleSelectors: list(labelSelector) },
    { name: "rbac.v1.AggregationRule" },
  ),
});

/** Of RoleBinding and ClusterRoleBinding alike. */
export const roleBinding: Schema = kindSchema({
  subjects: list(
    object(each(string, "kind", "apiGroup", "name", "namespace"), {
      name: "rbac.v1.Subject",
      required: ["kind", "name"],
      mapType: "atomic",
    }),
  ),
  roleRef: object(each(string, "apiGroup", "kind", "name"), {
    name: "rbac.v1.RoleRef",
    required: ["apiGroup", "kind", "name"],
    mapType: "atomic",
  }),
});
