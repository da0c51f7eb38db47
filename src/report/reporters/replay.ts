import type { LabEvent } from "../../observe/event.ts";
import type { Reporter } from "./reporter.ts";
import type { LabReport, RunReport, ScenarioReport } from "./run-report.ts";

/** What a reporter would have printed of a run, from its report. */
export function replay({ labs }: RunReport, reporter: Reporter): string {
  const texts = labs.flatMap((report) => [
    reporter.begin(report.lab),
    ...eventsOf(report).map((event) => reporter.event(event)),
  ]);
  return [...texts, reporter.end()].join("");
}

/** Warnings without their places: a report has only their words. */
function eventsOf(report: LabReport): readonly LabEvent[] {
  const { lab, readyAfterMs, nodes = 0, pods = 0, services = 0, warnings, scenarios } = report;
  const ready: readonly LabEvent[] =
    readyAfterMs === undefined
      ? []
      : [{ type: "lab-ready", lab, elapsedMs: readyAfterMs, nodes, pods, services }];
  return [
    ...warnings.map((message): LabEvent => ({ type: "warning", message })),
    ...ready,
    ...scenarios.flatMap(scenarioEvents),
  ];
}

function scenarioEvents(report: ScenarioReport): readonly LabEvent[] {
  const { scenario, outcome, elapsedMs, reason, steps } = report;
  return [
    { type: "scenario-started", scenario, steps: steps.length },
    ...steps.map(({ title, elapsedMs: stepMs, detail, failure }, step): LabEvent => {
      const common = { scenario, step, title, elapsedMs: stepMs };
      return failure === undefined
        ? { type: "step-passed", ...common, ...(detail !== undefined && { detail }) }
        : { type: "step-failed", ...common, failure };
    }),
    {
      type: "scenario-finished",
      scenario,
      outcome,
      elapsedMs,
      ...(reason !== undefined && { reason }),
    },
  ];
}
