/**
 * How long labs and scenarios took, kept between runs: what shards are balanced by. In the file:
 *
 *     {"voting-app": {"setup": 312, "scenarios": {"a ClusterIP never appears on the wire": 31}}}
 */
import type { LabReport, RunReport } from "../reporters/run-report.ts";

/** By the lab's name as reports have it. */
export type Durations = ReadonlyMap<string, LabDurations>;

interface LabDurations {
  /** Milliseconds until it was ready; undefined when it never was. */
  readonly setup: number | undefined;
  /** Milliseconds, by name. */
  readonly scenarios: ReadonlyMap<string, number>;
}

/** Those of before, with what a run has to say of them: what it did not run to its end stays as it was. */
export function updateDurations(before: Durations, { labs }: RunReport): Durations {
  const after = new Map(before);
  for (const report of labs) after.set(report.lab, measured(report, after.get(report.lab)));
  return after;
}

function measured({ readyAfterMs, scenarios }: LabReport, before?: LabDurations): LabDurations {
  const ran = scenarios
    // What broke off says nothing of how long it takes.
    .filter(({ outcome }) => outcome === "passed")
    .map(({ scenario, elapsedMs }) => [scenario, Math.round(elapsedMs)] as const);
  return {
    setup: readyAfterMs === undefined ? before?.setup : Math.round(readyAfterMs),
    scenarios: new Map([...(before?.scenarios ?? []), ...ran]),
  };
}

export function formatDurations(durations: Durations): string {
  const labs = [...durations].map(([lab, { setup, scenarios }]) => [
    lab,
    { ...(setup !== undefined && { setup }), scenarios: Object.fromEntries(scenarios) },
  ]);
  return `${JSON.stringify(Object.fromEntries(labs), null, 2)}\n`;
}

/** @returns undefined when it is no such file. */
export function parseDurations(text: string): Durations | undefined {
  const labs = asObject(parseJson(text));
  if (labs === undefined) return undefined;
  const entries = Object.entries(labs).map(([lab, value]): [string, LabDurations] | undefined => {
    const { setup, scenarios } = asObject(value) ?? {};
    const named = asObject(scenarios);
    const isRight = (setup === undefined || isTime(setup)) && named !== undefined;
    if (!isRight) return undefined;
    const times = Object.entries(named).filter((entry): entry is [string, number] =>
      isTime(entry[1]),
    );
    return [lab, { setup, scenarios: new Map(times) }];
  });
  return entries.every((entry) => entry !== undefined) ? new Map(entries) : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
