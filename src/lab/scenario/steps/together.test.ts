import test from "ava";
import type { LabEvent } from "../../../observe/event.ts";
import type { ProbeAttempt, ProbeResult } from "../../../observe/probe.ts";
import { fakeLab } from "../../testing/fake-lab.ts";
import { sampleScenario } from "../../testing/sample-lab.ts";
import { runScenario } from "../run-scenario.ts";
import type { ScenarioLab } from "../scenario-lab.ts";

const result = (attempt: ProbeAttempt): ProbeResult => ({
  kind: "tcp",
  from: "host/laptop",
  to: "svc/vote/vote:80",
  target: "10.96.0.7:80",
  ok: attempt.ok,
  attempts: [attempt],
});
const answered = result({ ok: true, latencyMs: 0.5 });
const refused = result({ ok: false, latencyMs: 1, reason: "refused", message: "refused" });

async function run(steps: string, table: Partial<ScenarioLab>): Promise<LabEvent> {
  const events: LabEvent[] = [];
  const signal = new AbortController().signal;
  const emit = (event: LabEvent): void => void events.push(event);
  await runScenario(fakeLab(table), sampleScenario(steps), { emit, signal });
  const [told] = events.filter(({ type }) => type === "step-passed" || type === "step-failed");
  if (told === undefined) throw new Error("nothing was told");
  return told;
}

const during = (expect = ""): string => `    - during:
        probe: {from: host/laptop, tcp: svc/vote/vote}
        every: 1ms
        steps:
          - scale: {deployment: vote/vote, replicas: 4}
          - wait: {endpoints: vote/vote, count: 4, within: 30s}
${expect}`;

/** A lab in which a wait lasts until so many were answered. */
function labOf(answers: readonly ProbeResult[]): Partial<ScenarioLab> {
  let asked = 0;
  let enough: (() => void) | undefined;
  return {
    probe: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? answered;
      if (asked >= answers.length) enough?.();
      return answer;
    },
    scale: () => undefined,
    wait: () => new Promise((resolve) => (enough = resolve)),
    describeWait: () => "4 ready endpoints",
  };
}

test("a probe is repeated while the steps run, and what was seen is told", async (t) => {
  const told = await run(during(), labOf([answered, answered, answered]));
  t.is(told.type, "step-passed");
  if (told.type !== "step-passed") return;
  t.regex(told.detail ?? "", /^\d+ of \d+ answered, .*; vote to 4; 4 ready endpoints$/);
});

test("one attempt that is not what was expected is enough to fail, and is told with all others", async (t) => {
  const told = await run(during(), labOf([answered, answered, refused, answered]));
  if (told.type !== "step-failed") return t.fail(told.type);
  t.is(told.failure.code, "PROBE_UNEXPECTED");
  t.regex(told.failure.seen ?? "", /^refused \(attempt 3\); in all \d+ of \d+ answered/);
});

test("what is asked of all attempts together is judged at the end", async (t) => {
  const expect = "      expect: {answered: {atLeast: 2}}\n";
  const told = await run(during(expect), labOf([answered, refused, answered]));
  t.is(told.type, "step-passed");
  const few = await run(during(expect), labOf([answered, refused, refused]));
  if (few.type !== "step-failed") return t.fail(few.type);
  t.is(few.failure.expected, "at least 2 answered");
});

test("what fails before the steps begin is not blamed on them", async (t) => {
  const told = await run(during(), {
    ...labOf([refused]),
    scale: () => t.fail("the steps ran all the same"),
  });
  t.is(told.type, "step-failed");
});

test("a step that fails meanwhile fails the whole, and the probe ends", async (t) => {
  let asked = 0;
  const told = await run(during().replace("30s", "20ms"), {
    probe: async () => {
      asked++;
      return answered;
    },
    scale: () => undefined,
    wait: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    describeWait: () => "2 ready endpoints",
  });
  t.like(told, { type: "step-failed", failure: { code: "WAIT_TIMED_OUT" } });
  const before = asked;
  // Timers end in the order of their dues: one of every millisecond that still ran would have asked before this one.
  await new Promise((resolve) => setTimeout(resolve, 2));
  t.is(asked, before);
});

const parallel = `    - parallel:
        - probe: {from: host/laptop, tcp: svc/vote/vote}
        - scale: {deployment: vote/vote, replicas: 4}
`;

test("steps in parallel are all begun before any is over", async (t) => {
  let answer: ((result: ProbeResult) => void) | undefined;
  const told = await run(parallel, {
    probe: () => new Promise((resolve) => (answer = resolve)),
    scale: () => answer?.(answered),
  });
  t.is(told.type, "step-passed");
});

test("the first that fails in parallel ends the others", async (t) => {
  const told = await run(
    `    - parallel:
        - probe: {from: host/laptop, tcp: svc/vote/vote}
        - wait: {endpoints: vote/vote, count: 4, within: 30s}
`,
    {
      probe: async () => refused,
      wait: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
      describeWait: () => "2 ready endpoints",
    },
  );
  t.like(told, { type: "step-failed", failure: { code: "PROBE_UNEXPECTED" } });
});

test("a rollout tells how far it came", async (t) => {
  const steps = "    - rollout: {deployment: vote/vote, within: 10ms}\n";
  const done = await run(steps, {
    rollout: async () => undefined,
    describeRollout: () => "successfully rolled out",
  });
  t.like(done, { type: "step-passed", detail: "successfully rolled out" });
  const late = await run(steps, {
    rollout: (_, _image, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    describeRollout: () => "1 out of 2 new replicas have been updated",
  });
  t.like(late, {
    type: "step-failed",
    failure: { code: "WAIT_TIMED_OUT", seen: "1 out of 2 new replicas have been updated" },
  });
});
