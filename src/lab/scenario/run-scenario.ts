import path from "node:path";
import { PodwireError } from "../../base/podwire-error.ts";
import type { Artifact, Emit, StepFailure } from "../../observe/event.ts";
import { writeCaptured } from "../../observe/write-captured.ts";
import type { Scenario, Step } from "../../topology/scenario/scenario.ts";
import { Captures } from "./captures.ts";
import { runStep } from "./run-step.ts";
import type { ScenarioLab } from "./scenario-lab.ts";
import { StepFailed } from "./step-failed.ts";

export interface ScenarioOptions {
  /** Where a failure's capture, rules and routes go; nothing is written unless given. */
  readonly outputDirectory?: string | undefined;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Runs the steps in order and stops at the first that does not hold. */
export async function runScenario(
  lab: ScenarioLab,
  scenario: Scenario,
  options: ScenarioOptions,
): Promise<"passed" | "failed"> {
  const { emit, signal } = options;
  const { name, steps } = scenario;
  const startedAt = performance.now();
  emit({ type: "scenario-started", scenario: name, steps: steps.length });
  await using captures = new Captures();
  let outcome: "passed" | "failed" = "passed";
  for (const [index, step] of steps.entries()) {
    const stepStartedAt = performance.now();
    const { title } = step;
    try {
      const detail = await runStep(step, { lab, captures, signal });
      const elapsedMs = performance.now() - stepStartedAt;
      emit({ type: "step-passed", scenario: name, step: index, title, elapsedMs, detail });
    } catch (error) {
      signal.throwIfAborted();
      const elapsedMs = performance.now() - stepStartedAt;
      const failure = await explain(error, step, { lab, scenario, captures, options });
      emit({ type: "step-failed", scenario: name, step: index, title, elapsedMs, failure });
      outcome = "failed";
      break;
    }
  }
  const elapsedMs = performance.now() - startedAt;
  emit({ type: "scenario-finished", scenario: name, outcome, elapsedMs });
  return outcome;
}

interface Failing {
  readonly lab: ScenarioLab;
  readonly scenario: Scenario;
  readonly captures: Captures;
  readonly options: ScenarioOptions;
}

async function explain(error: unknown, step: Step, failing: Failing): Promise<StepFailure> {
  // What is not of the family is a bug, and must not pass as a failed expectation.
  if (!(error instanceof PodwireError)) throw error;
  const { code, message, hint } = error;
  const { file, line, column } = error.location ?? step.location;
  return {
    code,
    message,
    location: { file, line, column },
    ...(hint !== undefined && { hint }),
    ...(error instanceof StepFailed && error.details),
    ...(await tryArtifacts(failing)),
  };
}

/** What explains a failure must not hide it: where it cannot be written, the failure says so as well. */
async function tryArtifacts(failing: Failing): Promise<Pick<StepFailure, "artifacts" | "hint">> {
  try {
    return { artifacts: await writeArtifacts(failing) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { artifacts: [], hint: `captures, rules and routes could not be written: ${reason}` };
  }
}

/** The packets, rules, routes and connections of this moment. */
async function writeArtifacts({
  lab,
  scenario,
  captures,
  options: { outputDirectory },
}: Failing): Promise<readonly Artifact[]> {
  if (outputDirectory === undefined) return [];
  const directory = path.join(outputDirectory, lab.name, slug(scenario.name));
  const artifacts = await lab.writeSnapshot(directory);
  if (captures.isEmpty) return artifacts;
  const file = path.join(directory, "capture.pcapng");
  await writeCaptured(file, await captures.everything());
  return [{ title: "capture", path: file }, ...artifacts];
}

/** A folder's name from a sentence: `a-clusterip-never-appears`. */
function slug(sentence: string): string {
  const words = sentence.toLowerCase().match(/[a-z0-9]+/g) ?? ["scenario"];
  return words.join("-").slice(0, 60);
}
