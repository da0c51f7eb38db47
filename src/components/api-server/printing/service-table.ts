import type { Service, ServicePort } from "../../../api/objects/service.ts";
import { ageColumn, nameColumn, text, wide } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";
import { formatLabels } from "./selector-text.ts";

export const serviceTable: KindTable<Service> = {
  columns: [
    nameColumn,
    text(
      "Type",
      "Where the Service can be reached from: ClusterIP, NodePort, LoadBalancer; or ExternalName.",
    ),
    text(
      "Cluster-IP",
      "The Service's virtual address inside the cluster; None for a headless one.",
    ),
    text("External-IP", "Addresses outside the cluster that lead to the Service."),
    text("Port(s)", "Ports of the Service, with the node port where there is one."),
    ageColumn,
    wide(text("Selector", "Labels of the pods that stand behind the Service.")),
  ],
  cells: (service, now) => {
    const { metadata, spec } = service;
    return [
      metadata.name,
      spec.type ?? "ClusterIP",
      spec.clusterIPs?.[0] ?? (spec.clusterIP || "<none>"),
      externalAddresses(service),
      (spec.ports ?? []).map(formatPort).join(",") || "<none>",
      ageSince(metadata.creationTimestamp, now),
      formatLabels(spec.selector),
    ];
  },
};

function externalAddresses({ spec, status }: Service): string {
  const { type = "ClusterIP", externalIPs = [], externalName = "" } = spec;
  if (type === "ExternalName") return externalName;
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname);
  const balanced = type === "LoadBalancer" ? [...new Set(ingress.filter(Boolean))].sort() : [];
  const all = [...balanced, ...externalIPs];
  if (all.length > 0) return all.join(",");
  return type === "LoadBalancer" ? "<pending>" : "<none>";
}

function formatPort({ port, nodePort = 0, protocol = "TCP" }: ServicePort): string {
  return nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}
