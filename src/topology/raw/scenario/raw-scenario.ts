/** A `Scenario` document as written. */
import * as z from "zod";
import { sentence } from "../scalar-schemas.ts";

export interface RawScenario {
  readonly apiVersion: "podwire.dev/v1alpha1";
  readonly kind: "Scenario";
  readonly metadata: { readonly name: string };
  readonly spec: RawScenarioSpec;
}

interface RawScenarioSpec {
  readonly description?: string | undefined;
  /** Each is read by its own key. */
  readonly steps: readonly unknown[];
}

export const rawScenarioMetadata: z.ZodType<RawScenario["metadata"]> = z
  .strictObject({ name: sentence.describe("how the scenario is called") })
  .describe("a sentence that holds when the scenario passes");

export const rawScenario: z.ZodType<RawScenario> = z.strictObject({
  apiVersion: z.literal("podwire.dev/v1alpha1").describe("the version of this language"),
  kind: z.literal("Scenario").describe("Topology or Scenario"),
  metadata: rawScenarioMetadata,
  spec: z
    .strictObject({
      description: sentence.optional().describe("what there is to learn, for people"),
      steps: z.array(z.unknown()).min(1).describe("what happens, one after the other"),
    })
    .describe("what is done and what must be seen"),
});
