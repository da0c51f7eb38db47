import test from "ava";
import { formatFieldError } from "../errors/field-errors.ts";
import { prepareCreate, prepareUpdate } from "../requests/admission.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const metadata = { name: "r:x", namespace: "default" };
const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" };

const role = (...rules: readonly object[]): object => ({
  apiVersion,
  kind: "Role",
  metadata,
  rules,
});
const binding = (...subjects: readonly object[]): object => ({
  apiVersion,
  kind: "RoleBinding",
  metadata,
  roleRef,
  subjects,
});

for (const { title, object, want } of [
  { title: "a role whose name has a colon", object: role(rule), want: [] },
  {
    title: "a rule without verbs",
    object: role({ ...rule, verbs: [] }),
    want: ["rules[0].verbs: Required value: verbs must contain at least one value"],
  },
  {
    title: "a rule about nothing",
    object: role({ verbs: ["get"] }),
    want: [
      "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
      "rules[0].resources: Required value: resource rules must supply at least one resource",
    ],
  },
  {
    title: "a role of a namespace about paths",
    object: role({ nonResourceURLs: ["/x"], verbs: ["get"] }),
    want: [
      'rules[0].nonResourceURLs: Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs',
    ],
  },
  {
    title: "subjects of each kind",
    object: binding(
      { kind: "User", name: "eve" },
      { kind: "Group", name: "g" },
      { kind: "ServiceAccount", name: "a", namespace: "default" },
    ),
    want: [],
  },
  {
    title: "a subject of no kind",
    object: binding({ kind: "Robot", name: "r" }),
    want: [
      'subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"',
    ],
  },
  {
    title: "an account without a namespace",
    object: binding({ kind: "ServiceAccount", name: "a" }),
    want: ["subjects[0].namespace: Required value"],
  },
  {
    title: "a binding of the cluster to a role of a namespace",
    object: { apiVersion, kind: "ClusterRoleBinding", metadata: { name: "b" }, roleRef },
    want: ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
  },
  {
    title: "a binding to nothing",
    object: { apiVersion, kind: "RoleBinding", metadata },
    want: [
      'roleRef.kind: Unsupported value: null: supported values: "ClusterRole", "Role"',
      "roleRef.name: Required value",
    ],
  },
]) {
  test(`rbac: ${title}`, (t) => {
    t.deepEqual(prepareCreate(object).errors.map(formatFieldError), want);
  });
}

test("rbac: what a binding gives cannot be changed", (t) => {
  const { object: previous } = prepareCreate(binding());
  if (previous === undefined) throw new Error("it is valid");
  const { errors } = prepareUpdate({ ...binding(), roleRef: { ...roleRef, name: "s" } }, previous);
  t.deepEqual(
    errors.map(({ detail }) => detail),
    ["cannot change roleRef"],
  );
});
