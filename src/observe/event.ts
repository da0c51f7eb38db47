/**
 * What a run tells its user. The command line, the reporters and the tests all
 * read these; none of them reads the log. Plain data, so that events cross the
 * sandbox's control socket as they are.
 */

/** What `up` is busy with, in this order. */
type Phase = "sandbox" | "fabric" | "control plane" | "pods" | "rules";

/** Where something was written, for messages that point into the user's file. */
interface EventLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A file that explains a failure: the capture, rules, routes or connections of that moment. */
export interface Artifact {
  readonly title: string;
  readonly path: string;
}

/** Why a step did not hold. */
export interface StepFailure {
  readonly code: string;
  /** A sentence; behind it a list, a line each, where it is about several things. */
  readonly message: string;
  /** What the scenario asked for, in its own words. */
  readonly expected?: string;
  /** What happened instead. */
  readonly seen?: string;
  /** What became of the same probe, sent again and watched on its way. */
  readonly again?: string;
  /** Decoded packets, a line each, at most a screenful. */
  readonly packets?: readonly string[];
  /** How many more packets there were than `packets` shows. */
  readonly packetsLeftOut?: number;
  readonly hint?: string;
  readonly location?: EventLocation;
  readonly artifacts: readonly Artifact[];
}

/** `interrupted`: whoever ran it wanted to stop. */
export type ScenarioOutcome = "passed" | "failed" | "skipped" | "interrupted";

export type LabEvent =
  | { readonly type: "phase-started"; readonly phase: Phase; readonly detail: string }
  | { readonly type: "phase-finished"; readonly phase: Phase; readonly elapsedMs: number }
  | {
      readonly type: "pod-ready";
      readonly namespace: string;
      readonly pod: string;
      readonly node: string;
      readonly podIP: string;
      /** Since the lab began to build. */
      readonly afterMs: number;
    }
  | {
      readonly type: "lab-ready";
      readonly lab: string;
      readonly elapsedMs: number;
      readonly nodes: number;
      readonly pods: number;
      readonly services: number;
    }
  | { readonly type: "warning"; readonly message: string; readonly location?: EventLocation }
  | {
      /** An object of the store was written: what `podwire events` follows. */
      readonly type: "object-changed";
      readonly change: "ADDED" | "MODIFIED" | "DELETED";
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      /** What is worth knowing of the change, such as `Ready` or `4 of 4 available`. */
      readonly summary: string;
      readonly at: string;
    }
  | {
      readonly type: "rules-synced";
      readonly node: string;
      readonly elapsedMs: number;
      readonly at: string;
    }
  | { readonly type: "scenario-started"; readonly scenario: string; readonly steps: number }
  | {
      readonly type: "step-passed";
      readonly scenario: string;
      /** From 0. */
      readonly step: number;
      readonly title: string;
      readonly elapsedMs: number;
      /** What was seen, such as `0.4 ms, answered by vote/redis-…`. */
      readonly detail?: string;
    }
  | {
      readonly type: "step-failed";
      readonly scenario: string;
      readonly step: number;
      readonly title: string;
      readonly elapsedMs: number;
      readonly failure: StepFailure;
    }
  | {
      readonly type: "scenario-finished";
      readonly scenario: string;
      readonly outcome: ScenarioOutcome;
      readonly elapsedMs: number;
      /** Why, when it was skipped; where, when it was interrupted: `in step 2 of 3`. */
      readonly reason?: string;
    };

/** Receives events as they happen; never throws, never waits. */
export type Emit = (event: LabEvent) => void;
