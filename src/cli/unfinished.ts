/**
 * Scenarios of a lab that a run does not bring to their end, and what is told of them: a report without these would
 * read as if they had never been asked for.
 */
import type { PodwireError } from "../base/podwire-error.ts";
import type { LabEvent } from "../observe/event.ts";
import { errorText } from "../report/text/error-text.ts";
import type { Scenario } from "../topology/scenario/scenario.ts";

/** What is looked at of a scenario. */
interface Planned extends Pick<Scenario, "name"> {
  readonly steps: { readonly length: number };
}

/** The one that runs. */
interface Running {
  readonly scenario: string;
  readonly steps: number;
  /** As `performance.now()` has it. */
  readonly startedAt: number;
  stepsDone: number;
}

export class Unfinished {
  /** By name, how many steps; in the order in which they are to run. */
  readonly #left: Map<string, number>;
  #running: Running | undefined;

  constructor(scenarios: readonly Planned[]) {
    this.#left = new Map(scenarios.map(({ name, steps }) => [name, steps.length]));
  }

  get isEmpty(): boolean {
    return this.#left.size === 0;
  }

  /** Not told by an event, which may be on its way when somebody interrupts. */
  begin(scenario: string): void {
    const steps = this.#left.get(scenario) ?? 0;
    this.#running = { scenario, steps, startedAt: performance.now(), stepsDone: 0 };
  }

  /** Wants to know of every event of the lab. */
  note(event: LabEvent): void {
    if (event.type === "step-passed" && this.#running !== undefined) this.#running.stepsDone++;
    if (event.type !== "scenario-finished") return;
    this.#left.delete(event.scenario);
    this.#running = undefined;
  }

  skipped(reason: string): readonly LabEvent[] {
    return this.#names.map((scenario) => skipped(scenario, reason));
  }

  /** Of a lab that could not be built, or broke. */
  failed(error: PodwireError): readonly LabEvent[] {
    const { code, hint } = error;
    const message = errorText(error);
    const failure = { code, message, ...(hint !== undefined && { hint }), artifacts: [] };
    return this.#names.flatMap((scenario): readonly LabEvent[] => [
      { type: "step-failed", scenario, step: 0, title: "the lab", elapsedMs: 0, failure },
      { type: "scenario-finished", scenario, outcome: "failed", elapsedMs: 0 },
    ]);
  }

  /**
   * The one that runs was interrupted, and the others are skipped for it.
   *
   * @param orElse whether, where none runs, that which would have been the next counts as interrupted.
   */
  interrupted(orElse: "the next" | "none"): readonly LabEvent[] {
    const [next] = this.#names;
    const hit = this.#running?.scenario ?? (orElse === "the next" ? next : undefined);
    return this.#names.map((scenario) =>
      scenario === hit ? this.#interruptedOne(scenario) : skipped(scenario, "interrupted"),
    );
  }

  get #names(): readonly string[] {
    return [...this.#left.keys()];
  }

  #interruptedOne(scenario: string): LabEvent {
    const common = { type: "scenario-finished", scenario, outcome: "interrupted" } as const;
    if (this.#running === undefined) return { ...common, elapsedMs: 0, reason: "before it began" };
    const { steps, stepsDone, startedAt } = this.#running;
    const reason = `in step ${Math.min(stepsDone + 1, steps)} of ${steps}`;
    return { ...common, elapsedMs: performance.now() - startedAt, reason };
  }
}

function skipped(scenario: string, reason: string): LabEvent {
  return { type: "scenario-finished", scenario, outcome: "skipped", elapsedMs: 0, reason };
}
