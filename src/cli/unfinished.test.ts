import test from "ava";
import { HostError } from "../base/podwire-error.ts";
import type { LabEvent } from "../observe/event.ts";
import { Unfinished } from "./unfinished.ts";

const stepPassed = (scenario: string, step: number): LabEvent => ({
  type: "step-passed",
  ...{ scenario, step, title: "probe", elapsedMs: 1 },
});
const finished = (scenario: string): LabEvent => ({
  type: "scenario-finished",
  ...{ scenario, outcome: "passed", elapsedMs: 2 },
});

/** What is left of the scenarios a, b and c, each of two steps, after they have begun, or this was told. */
function after(...story: ReadonlyArray<LabEvent | "a" | "b" | "c">): Unfinished {
  const unfinished = new Unfinished(["a", "b", "c"].map((name) => ({ name, steps: [1, 2] })));
  for (const each of story) {
    if (typeof each === "string") unfinished.begin(each);
    else unfinished.note(each);
  }
  return unfinished;
}

/** `b interrupted: in step 1 of 2`, a line each. */
function told(events: readonly LabEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === "scenario-finished"
      ? [`${event.scenario} ${event.outcome}: ${event.reason ?? ""}`]
      : [],
  );
}

const inB = ["a", stepPassed("a", 0), stepPassed("a", 1), finished("a"), "b"] as const;

for (const { title, events, orElse, tells } of [
  {
    title: "the scenario that runs is interrupted, what comes after it is skipped",
    events: inB,
    orElse: "none",
    tells: ["b interrupted: in step 1 of 2", "c skipped: interrupted"],
  },
  {
    title: "the steps that held are counted",
    events: [...inB, stepPassed("b", 0)],
    orElse: "none",
    tells: ["b interrupted: in step 2 of 2", "c skipped: interrupted"],
  },
  {
    title: "after its last step, it is interrupted in that",
    events: [...inB, stepPassed("b", 0), stepPassed("b", 1)],
    orElse: "none",
    tells: ["b interrupted: in step 2 of 2", "c skipped: interrupted"],
  },
  {
    title: "between two scenarios, the next is interrupted before it began",
    events: ["a", finished("a")],
    orElse: "the next",
    tells: ["b interrupted: before it began", "c skipped: interrupted"],
  },
  {
    title: "of a lab whose turn had not come, all are skipped",
    events: [],
    orElse: "none",
    tells: ["a skipped: interrupted", "b skipped: interrupted", "c skipped: interrupted"],
  },
  {
    title: "nothing is left of what ran to its end",
    events: [finished("a"), finished("b"), finished("c")],
    orElse: "the next",
    tells: [],
  },
] as const) {
  test(title, (t) => {
    t.deepEqual(told(after(...events).interrupted(orElse)), tells);
  });
}

test("what is skipped says why, and what has ended is not told again", (t) => {
  t.deepEqual(told(after(...inB).skipped("an earlier failure")), [
    "b skipped: an earlier failure",
    "c skipped: an earlier failure",
  ]);
});

test("a lab that broke fails each scenario that it owes", (t) => {
  const unfinished = after(finished("a"), finished("b"));
  t.false(unfinished.isEmpty);
  const error = new HostError("HOST_PROGRAM", "runc: not found", { hint: "install it" });
  const [step] = unfinished.failed(error);
  t.like(step, {
    scenario: "c",
    failure: { message: "runc: not found (HOST_PROGRAM)", hint: "install it" },
  });
  t.deepEqual(told(unfinished.failed(error)), ["c failed: "]);
});
