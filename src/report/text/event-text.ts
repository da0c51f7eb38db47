import type { LabEvent } from "../../observe/event.ts";
import { formatDuration } from "./duration.ts";

/** One event as one line for `podwire events`. */
export function describeEvent(event: LabEvent): string {
  switch (event.type) {
    case "object-changed": {
      const { at, change, kind, namespace, name, summary } = event;
      const object = `${kind.toLowerCase()}/${namespace === "" ? "" : `${namespace}/`}${name}`;
      return `${at}  ${change.padEnd(8)}  ${object}${summary === "" ? "" : `  ${summary}`}`;
    }
    case "rules-synced":
      return `${event.at}  SYNCED    rules of node/${event.node}, in ${formatDuration(event.elapsedMs)}`;
    case "pod-ready":
      return `pod/${event.namespace}/${event.pod} ready at ${event.podIP} on node/${event.node}`;
    case "warning":
      return `warning: ${event.message}`;
    case "phase-started":
      return `${event.phase}: ${event.detail}`;
    case "phase-finished":
      return `${event.phase} done in ${formatDuration(event.elapsedMs)}`;
    case "lab-ready":
      return `${event.lab} ready in ${formatDuration(event.elapsedMs)}`;
    case "scenario-started":
      return `scenario: ${event.scenario}`;
    case "step-passed":
      return `  ✓ ${event.title}${event.detail === undefined ? "" : `  ${event.detail}`}`;
    case "step-failed":
      return `  ✗ ${event.title}: ${event.failure.message}`;
    case "scenario-finished":
      return `scenario ${event.outcome}: ${event.scenario}`;
    default:
      return event satisfies never;
  }
}
