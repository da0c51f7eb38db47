import {
  type ClusterRoleBinding,
  type RoleBinding,
  rbacGroup,
  type Subject,
} from "../objects/rbac.ts";

/** Subjects and roles say which group they are of, even where only one is possible. */
export function defaultBinding<T extends ClusterRoleBinding | RoleBinding>(binding: T): T {
  const { roleRef, subjects } = binding;
  return {
    ...binding,
    roleRef: { ...roleRef, apiGroup: roleRef.apiGroup || rbacGroup },
    ...(subjects && { subjects: subjects.map(defaultSubject) }),
  };
}

function defaultSubject(subject: Subject): Subject {
  const isNamed = (subject.apiGroup ?? "") !== "";
  return isNamed || subject.kind === "ServiceAccount"
    ? subject
    : { ...subject, apiGroup: rbacGroup };
}
