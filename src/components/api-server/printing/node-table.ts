import type { Node } from "../../../api/objects/cluster.ts";
import { ageColumn, nameColumn, text, wide } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";

const rolePrefix = "node-role.kubernetes.io/";
const roleLabel = "kubernetes.io/role";

export const nodeTable: KindTable<Node> = {
  columns: [
    nameColumn,
    text("Status", "Whether the node is ready for pods."),
    text("Roles", "What the node is for, from its labels."),
    ageColumn,
    text("Version", "Version of the kubelet."),
    wide(text("Internal-IP", "The node's address in the cluster's own network.")),
    wide(text("External-IP", "The node's address for the world outside.")),
    wide(text("OS-Image", "Operating system.")),
    wide(text("Kernel-Version", "Version of the Linux kernel.")),
    wide(text("Container-Runtime", "What runs the containers, and its version.")),
  ],
  cells: (node, now) => {
    const { nodeInfo = {} } = node.status ?? {};
    return [
      node.metadata.name,
      statusOf(node),
      rolesOf(node),
      ageSince(node.metadata.creationTimestamp, now),
      nodeInfo["kubeletVersion"] ?? "",
      addressOf(node, "InternalIP"),
      addressOf(node, "ExternalIP"),
      nodeInfo["osImage"] || "<unknown>",
      nodeInfo["kernelVersion"] || "<unknown>",
      nodeInfo["containerRuntimeVersion"] || "<unknown>",
    ];
  },
};

function statusOf({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const word = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return spec.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

function rolesOf({ metadata: { labels = {} } }: Node): string {
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key === roleLabel) return value;
    return key.startsWith(rolePrefix) ? key.slice(rolePrefix.length) : [];
  });
  return [...new Set(roles.filter(Boolean))].sort().join(",") || "<none>";
}

function addressOf({ status }: Node, wanted: "ExternalIP" | "InternalIP"): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? "<none>";
}
