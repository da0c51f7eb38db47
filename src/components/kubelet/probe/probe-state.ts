/** When does a probe's answer count? Pure; after kubelet's prober/worker.go. */

export interface ProbeThresholds {
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export type ProbeVerdict = "unknown" | "success" | "failure";

export interface ProbeState {
  /** What counts at present. */
  readonly verdict: ProbeVerdict;
  /** The latest answer, and how many times it came in a row. */
  readonly last: "success" | "failure" | undefined;
  readonly run: number;
}

export type ProbeKind = "readiness" | "liveness" | "startup";

/** Before the first answer: not ready, but alive. */
export function initialProbeState(kind: ProbeKind): ProbeState {
  const verdicts = { readiness: "failure", liveness: "success", startup: "unknown" } as const;
  return { verdict: verdicts[kind], last: undefined, run: 0 };
}

/** The verdict changes once an answer has come as often in a row as its threshold says. */
export function nextProbeState(
  { verdict, last, run }: ProbeState,
  answer: "success" | "failure",
  { successThreshold, failureThreshold }: ProbeThresholds,
): ProbeState {
  const inARow = answer === last ? run + 1 : 1;
  const needed = answer === "success" ? successThreshold : failureThreshold;
  return { verdict: inARow >= needed ? answer : verdict, last: answer, run: inARow };
}
