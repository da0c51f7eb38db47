import type { TypeTexts } from "../type-texts.ts";

const rules =
  "What is allowed. Whatever no rule of any role allows is refused: no rule forbids anything.";

const binding = {
  roleRef: "The role. Cannot be changed: another role wants another binding.",
  subjects: "Who has it.",
};

export const rbacTexts: TypeTexts = {
  Role: {
    type: "What may be done with the resources of one namespace. Nobody has it but by a RoleBinding.",
    fields: { rules },
  },
  ClusterRole: {
    type: "What may be done in every namespace, and with what is in none. Nobody has it but by a binding.",
    fields: {
      rules,
      aggregationRule:
        "Which other ClusterRoles it is to be made of. podwire keeps it and does not follow it.",
    },
  },
  AggregationRule: {
    type: "Which ClusterRoles another one is made of.",
    fields: { clusterRoleSelectors: "ClusterRoles with these labels." },
  },
  PolicyRule: {
    type: "Verbs, and what they may be done with. * stands for everything.",
    fields: {
      verbs: "get, list, watch, create, update, patch, delete, deletecollection.",
      apiGroups: "Groups of the resources; the core group has an empty name.",
      resources: "Resources, such as pods, and parts of them, such as pods/log.",
      resourceNames:
        "Names of objects; all of them where none is given. create and list know no name.",
      nonResourceURLs:
        "Paths of the server that are no resources, such as /healthz; in a ClusterRole only.",
    },
  },
  RoleBinding: {
    type: "Gives somebody what a Role of its namespace, or a ClusterRole, allows there.",
    fields: binding,
  },
  ClusterRoleBinding: {
    type: "Gives somebody what a ClusterRole allows, everywhere.",
    fields: binding,
  },
  Subject: {
    type: "Who has a role.",
    fields: {
      kind: "User, Group or ServiceAccount.",
      apiGroup: "rbac.authorization.k8s.io for users and groups, empty for a ServiceAccount.",
      name: "The name. There are no objects of users and groups: certificates and tokens name them.",
      namespace: "Of a ServiceAccount.",
    },
  },
  RoleRef: {
    type: "Which role.",
    fields: {
      apiGroup: "rbac.authorization.k8s.io.",
      kind: "Role or ClusterRole.",
      name: "The role's name.",
    },
  },
};
