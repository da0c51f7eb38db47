import type { StepType } from "../topology/scenario.ts";

/** The steps that this version runs; the others are understood, and refused before anything is built. */
export const runnableSteps: readonly StepType[] = [
  "capture",
  "probe",
  "packets",
  "exec",
  "apply",
  "delete",
  "scale",
  "kill",
  "wait",
];
