/** Kinds of which there is little to say in a row. */
import type { ConfigMap, Namespace, Secret, ServiceAccount } from "../../../api/objects/cluster.ts";
import { ageColumn, nameColumn, text } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";

export const namespaceTable: KindTable<Namespace> = {
  columns: [
    nameColumn,
    text("Status", "Active, or Terminating while it is being emptied."),
    ageColumn,
  ],
  cells: ({ metadata, status }, now) => [
    metadata.name,
    status?.phase ?? "",
    ageSince(metadata.creationTimestamp, now),
  ],
};

export const configMapTable: KindTable<ConfigMap> = {
  columns: [nameColumn, text("Data", "How many keys there are."), ageColumn],
  cells: ({ metadata, data = {}, binaryData = {} }, now) => [
    metadata.name,
    Object.keys(data).length + Object.keys(binaryData).length,
    ageSince(metadata.creationTimestamp, now),
  ],
};

export const secretTable: KindTable<Secret> = {
  columns: [
    nameColumn,
    text("Type", "What the secret is for."),
    text("Data", "How many keys there are."),
    ageColumn,
  ],
  cells: ({ metadata, type = "Opaque", data = {} }, now) => [
    metadata.name,
    type,
    Object.keys(data).length,
    ageSince(metadata.creationTimestamp, now),
  ],
};

export const serviceAccountTable: KindTable<ServiceAccount> = {
  columns: [nameColumn, text("Secrets", "How many secrets it names."), ageColumn],
  cells: ({ metadata, secrets = [] }, now) => [
    metadata.name,
    secrets.length,
    ageSince(metadata.creationTimestamp, now),
  ],
};
