import type { Lease } from "../../../api/objects/lease.ts";
import type { NetworkPolicy, ServiceCIDR } from "../../../api/objects/networking.ts";
import { ageColumn, nameColumn, text } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";
import { formatSelector } from "./selector-text.ts";

export const networkPolicyTable: KindTable<NetworkPolicy> = {
  columns: [nameColumn, text("Pod-Selector", "The pods that the policy is about."), ageColumn],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    formatSelector(spec.podSelector),
    ageSince(metadata.creationTimestamp, now),
  ],
};

export const serviceCIDRTable: KindTable<ServiceCIDR> = {
  columns: [nameColumn, text("CIDRs", "Where addresses of Services come from."), ageColumn],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    (spec?.cidrs ?? []).join(","),
    ageSince(metadata.creationTimestamp, now),
  ],
};

export const leaseTable: KindTable<Lease> = {
  columns: [nameColumn, text("Holder", "Who has it now."), ageColumn],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    spec?.holderIdentity ?? "",
    ageSince(metadata.creationTimestamp, now),
  ],
};
