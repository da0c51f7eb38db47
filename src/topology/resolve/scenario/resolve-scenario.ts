/** A `Scenario` document, from what is written to what is run. */
import * as z from "zod";
import { readRaw } from "../../raw/read-raw.ts";
import { sentence } from "../../raw/scalar-schemas.ts";
import { rawScenarioMetadata } from "../../raw/scenario/raw-scenario.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { at, locationOf, type SourceDocument } from "../../source/source.ts";
import { resolveSteps } from "./resolve-step.ts";
import type { StepContext } from "./step-context.ts";

/** Only the outermost shape: each step is read by its own key. */
const envelope = z.strictObject({
  apiVersion: z.literal("podwire.dev/v1alpha1"),
  kind: z.literal("Scenario"),
  metadata: z.unknown().optional(),
  spec: z.strictObject({
    description: sentence.optional(),
    steps: z.array(z.unknown()).min(1).describe("what happens, one after the other"),
  }),
});

export function resolveScenario(
  context: StepContext,
  { value, spot }: SourceDocument,
): Scenario | undefined {
  const outer = readRaw(envelope, value, spot, context.report);
  if (outer === undefined) return undefined;
  const metadata = readRaw(
    rawScenarioMetadata,
    outer.metadata,
    at(spot, "metadata"),
    context.report,
  );
  const steps = resolveSteps(context, outer.spec.steps, at(spot, "spec", "steps"));
  return {
    name: metadata?.name ?? "",
    description: outer.spec.description,
    location: locationOf(spot),
    steps,
  };
}
