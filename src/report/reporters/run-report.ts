import type { LabEvent, ScenarioOutcome, StepFailure } from "../../observe/event.ts";
import { allHeld, countEvent, noTotals, type Reporter, type Totals } from "./reporter.ts";

export interface StepReport {
  readonly title: string;
  readonly ok: boolean;
  readonly elapsedMs: number;
  readonly detail?: string;
  readonly failure?: StepFailure;
}

export interface ScenarioReport {
  readonly scenario: string;
  readonly outcome: ScenarioOutcome;
  readonly elapsedMs: number;
  /** As {@link LabEvent} has it. */
  readonly reason?: string;
  readonly steps: readonly StepReport[];
}

export interface LabReport {
  readonly lab: string;
  readonly readyAfterMs?: number;
  readonly nodes?: number;
  readonly pods?: number;
  readonly services?: number;
  readonly warnings: readonly string[];
  readonly scenarios: readonly ScenarioReport[];
}

/** What `--reporter json` prints: one document, when all is over. */
export interface RunReport {
  readonly ok: boolean;
  readonly totals: Totals;
  readonly labs: readonly LabReport[];
}

/** A reporter that says nothing until all is over. */
export function reportAtEnd(render: (report: RunReport) => string): Reporter {
  const run = new RunCollector();
  return {
    begin(lab) {
      run.begin(lab);
      return "";
    },
    event(event) {
      run.event(event);
      return "";
    },
    end: () => render(run.report()),
  };
}

/** Gathers a whole run's events into its report. */
export class RunCollector {
  readonly #labs: LabReport[] = [];
  #steps: StepReport[] = [];
  #totals: Totals = noTotals;

  begin(lab: string): void {
    this.#labs.push({ lab, warnings: [], scenarios: [] });
  }

  event(event: LabEvent): void {
    this.#totals = countEvent(this.#totals, event);
    if (event.type === "step-passed" || event.type === "step-failed") {
      this.#steps.push(stepReport(event));
    }
    const lab = this.#labs.pop();
    if (lab !== undefined) this.#labs.push(addEvent(lab, event, this.#steps));
    if (event.type === "scenario-finished") this.#steps = [];
  }

  report(): RunReport {
    return { ok: allHeld(this.#totals), totals: this.#totals, labs: this.#labs };
  }
}

function addEvent(lab: LabReport, event: LabEvent, steps: readonly StepReport[]): LabReport {
  switch (event.type) {
    case "lab-ready": {
      const { elapsedMs, nodes, pods, services } = event;
      return { ...lab, readyAfterMs: elapsedMs, nodes, pods, services };
    }
    case "warning":
      return { ...lab, warnings: [...lab.warnings, event.message] };
    case "scenario-finished": {
      const { scenario, outcome, elapsedMs, reason } = event;
      const report = {
        scenario,
        outcome,
        elapsedMs,
        ...(reason !== undefined && { reason }),
        steps,
      };
      return { ...lab, scenarios: [...lab.scenarios, report] };
    }
    default:
      return lab;
  }
}

function stepReport(event: Extract<LabEvent, { type: "step-passed" | "step-failed" }>): StepReport {
  const { title, elapsedMs } = event;
  return event.type === "step-failed"
    ? { title, ok: false, elapsedMs, failure: event.failure }
    : {
        title,
        ok: true,
        elapsedMs,
        ...(event.detail !== undefined && { detail: event.detail }),
      };
}
