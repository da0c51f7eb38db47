/** A step in a line, for reports: what it does, in the words of the file. */
import type { Bounds } from "../../scenario/expectation.ts";
import type { FaultTarget, Probe, Step, WaitCondition } from "../../scenario/scenario.ts";
import { formatInterfacePlace, formatTarget, formatWhere } from "../../where/format-where.ts";
import type { Body } from "./resolve-traffic-steps.ts";

/** Distributes over the union, which `Omit` alone does not. */
export type StepBody = Step extends infer S ? (S extends Step ? Body<S> : never) : never;

export function titleOf(step: StepBody): string {
  switch (step.type) {
    case "capture":
      return `capture ${step.at.map(formatInterfacePlace).join(", ")}`;
    case "probe":
      return titleOfProbe(step.probe);
    case "packets": {
      const places = step.at.map(formatInterfacePlace).join(", ");
      const where = places === "" ? "" : ` at ${places}`;
      return `${formatCount(step.expect)} packets${where}: ${step.where.text}`;
    }
    case "exec":
      return `${formatWhere(step.at)} $ ${step.command.map(({ text }) => text).join(" ")}`;
    case "apply":
      return `apply ${step.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(", ")}`;
    case "delete":
      return `delete ${step.kind} ${step.namespace}/${step.name}`;
    case "scale":
      return `scale ${formatWhere(step.workload)} to ${step.replicas}`;
    case "kill":
      return `kill ${formatWhere(step.pod)}`;
    case "wait":
      return `wait: ${titleOfCondition(step.condition)}`;
    case "rollout":
      return `rollout ${formatWhere(step.workload)}`;
    case "fail":
    case "heal":
      return `${step.type} ${titleOfFault(step.target)}`;
    case "impair":
      return `impair ${formatInterfacePlace(step.at)}`;
    case "parallel":
      return `in parallel: ${step.steps.map(({ title }) => title).join("; ")}`;
    case "during":
      return `${titleOfProbe(step.probe)}, while: ${step.steps.map(({ title }) => title).join("; ")}`;
  }
}

/** `deploy/vote/worker: 3 × tcp svc/vote/redis:6379`. */
function titleOfProbe({ kind, from, to, count, ipFamily }: Probe): string {
  const times = count === 1 ? "" : `${count} × `;
  const over = ipFamily === undefined ? "" : ` over ${ipFamily}`;
  return `${formatWhere(from)}: ${times}${kind} ${formatTarget(to)}${over}`;
}

/** `no`, `4`, `at least 1`, `2 to 4`. */
function formatCount({ atLeast, atMost }: Bounds): string {
  if (atMost === 0) return "no";
  if (atLeast === atMost && atLeast !== undefined) return String(atLeast);
  if (atMost === undefined) return atLeast === 1 ? "some" : `at least ${atLeast ?? 0}`;
  return atLeast === undefined ? `at most ${atMost}` : `${atLeast} to ${atMost}`;
}

function titleOfCondition(condition: WaitCondition): string {
  switch (condition.type) {
    case "endpoints":
      return `${formatWhere(condition.service)} has ${formatCount(condition.count)} endpoints`;
    case "ready":
      return `${formatWhere(condition.place)} is ready`;
    case "deleted":
      return `${formatWhere(condition.place)} is gone`;
    case "rules":
      return `rules of ${condition.node ?? "all nodes"}`;
  }
}

function titleOfFault(target: FaultTarget): string {
  switch (target.type) {
    case "node":
      return `node ${target.name}`;
    case "link":
      return `link ${formatInterfacePlace(target.at)}`;
    case "component":
      return target.node === undefined ? target.name : `${target.name} on ${target.node}`;
  }
}
