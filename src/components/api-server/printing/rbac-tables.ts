import type {
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
  Subject,
} from "../../../api/objects/rbac.ts";
import { ageColumn, nameColumn, text, wide } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";

/** A moment in place of an age: a real server has it so. */
export const roleTable: KindTable<ClusterRole | Role> = {
  columns: [nameColumn, { ...text("Created At", "When the object was created."), type: "date" }],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? ""],
};

export const bindingTable: KindTable<ClusterRoleBinding | RoleBinding> = {
  columns: [
    nameColumn,
    text("Role", "The role that is given."),
    ageColumn,
    wide(text("Users", "Who has it, by name.")),
    wide(text("Groups", "Who has it, by group.")),
    wide(text("ServiceAccounts", "The accounts that have it.")),
  ],
  cells: ({ metadata, roleRef, subjects = [] }, now) => [
    metadata.name,
    `${roleRef.kind}/${roleRef.name}`,
    ageSince(metadata.creationTimestamp, now),
    namesOf(subjects, "User"),
    namesOf(subjects, "Group"),
    namesOf(subjects, "ServiceAccount"),
  ],
};

function namesOf(subjects: readonly Subject[], kind: string): string {
  return subjects
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`))
    .join(", ");
}
