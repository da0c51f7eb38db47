import type { Pod } from "../../../api/objects/pod.ts";
import { ageColumn, nameColumn, text, wide } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable, RowCondition } from "./kind-table.ts";
import { summarizePod } from "./pod-status-text.ts";

export const podTable: KindTable<Pod> = {
  columns: [
    nameColumn,
    text("Ready", "How many of the pod's containers are ready for traffic."),
    text("Status", "What the pod is up to, from the states of its containers."),
    text("Restarts", "How often its containers were started again, and when last."),
    ageColumn,
    wide(text("IP", "The pod's address, known in the whole cluster.")),
    wide(text("Node", "The node that the pod is bound to.")),
    wide(text("Nominated Node", "The node on which room is being made for the pod.")),
    wide(text("Readiness Gates", "How many of the pod's own conditions for being ready hold.")),
  ],
  cells: (pod, now) => {
    const { metadata, spec, status } = pod;
    const { reason, readyContainers, totalContainers, restarts, lastRestart } = summarizePod(pod);
    const when = restarts > 0 && lastRestart ? ` (${ageSince(lastRestart, now)} ago)` : "";
    return [
      metadata.name,
      `${readyContainers}/${totalContainers}`,
      reason,
      `${restarts}${when}`,
      ageSince(metadata.creationTimestamp, now),
      status?.podIPs?.[0]?.ip ?? status?.podIP ?? "<none>",
      spec.nodeName || "<none>",
      status?.nominatedNodeName || "<none>",
      readinessGates(pod),
    ];
  },
  conditions: ({ status }) => endConditions[status?.phase ?? ""] ?? [],
};

const endConditions: Readonly<Record<string, readonly RowCondition[]>> = {
  Succeeded: [
    {
      type: "Completed",
      status: "True",
      reason: "Succeeded",
      message: "The pod has completed successfully.",
    },
  ],
  Failed: [{ type: "Completed", status: "True", reason: "Failed", message: "The pod failed." }],
};

function readinessGates({ spec: { readinessGates: gates = [] }, status }: Pod): string {
  if (gates.length === 0) return "<none>";
  const met = gates.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status: is }) => type === conditionType && is === "True"),
  );
  return `${met.length}/${gates.length}`;
}
