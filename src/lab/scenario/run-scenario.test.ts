import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type ExecutionContext } from "ava";
import type { LabEvent, StepFailure } from "../../observe/event.ts";
import type { ProbeAttempt, ProbeResult } from "../../observe/probe.ts";
import { decodeCaptureFile } from "../../wire/pcap/testing/capture-file.ts";
import { RunError } from "../live/run-error.ts";
import { fakeCapture, udpPacket } from "../testing/fake-capture.ts";
import { fakeLab } from "../testing/fake-lab.ts";
import { sampleScenario } from "../testing/sample-lab.ts";
import { runScenario } from "./run-scenario.ts";
import type { ScenarioLab } from "./scenario-lab.ts";

const never = new AbortController().signal;

const result = (attempt: ProbeAttempt): ProbeResult => ({
  kind: "tcp",
  from: "host/laptop",
  to: "svc/vote/vote:80",
  target: "10.96.0.7:80",
  ok: attempt.ok,
  attempts: [attempt],
});
const answered = result({ ok: true, latencyMs: 0.5 });
const refused = result({ ok: false, latencyMs: 1, reason: "refused" });

/** Without times, which differ from run to run. */
function tell(event: LabEvent): string {
  switch (event.type) {
    case "scenario-started":
      return `started: ${event.steps} steps`;
    case "step-passed":
      return `passed ${event.step}: ${event.title}: ${event.detail ?? ""}`;
    case "step-failed":
      return `failed ${event.step}: ${event.title}: ${event.failure.message}`;
    case "scenario-finished":
      return event.outcome;
    default:
      return event.type;
  }
}

async function run(
  steps: string,
  table: Partial<ScenarioLab>,
  outputDirectory?: string,
): Promise<{ readonly told: readonly string[]; readonly failure: StepFailure | undefined }> {
  const events: LabEvent[] = [];
  const emit = (event: LabEvent): void => void events.push(event);
  const options = { emit, outputDirectory, signal: never };
  const outcome = await runScenario(fakeLab(table), sampleScenario(steps), options);
  const failed = events.find((event) => event.type === "step-failed");
  const told = events.map(tell);
  if (told.at(-1) !== outcome) throw new Error(`${outcome}, and told ${told.at(-1)}`);
  return { told, failure: failed?.type === "step-failed" ? failed.failure : undefined };
}

const probe = "    - probe: {from: host/laptop, tcp: svc/vote/vote}\n";

test("steps run in order, each tells what it saw, and the captures end with the scenario", async (t) => {
  const capture = fakeCapture(["node01:eth0"]);
  const waits: string[] = [];
  const { told } = await run(
    `    - capture: node/node01
${probe}    - packets: {where: tcp, expect: none}
    - exec: {at: host/laptop, command: "ip route get \${svc/vote/vote}"}
    - scale: {deployment: vote/vote, replicas: 4}
    - wait: {endpoints: vote/vote, count: 4, within: 5s}
    - kill: deploy/vote/vote
    - delete: pod/solo
    - apply: {apiVersion: v1, kind: Namespace, metadata: {name: more}}
`,
    {
      capture: async () => capture,
      probe: async () => answered,
      exec: async (_at, command) => {
        t.deepEqual(command, ["sh", "-c", "ip route get 10.96.0.7"]);
        return { exitCode: 0, stdout: "", stderr: "" };
      },
      scale: ({ name }, replicas) => t.deepEqual([name, replicas], ["vote", 4]),
      wait: async (condition) => void waits.push(condition.type),
      describeWait: () => "4 ready endpoints of 4",
      kill: () => ({ namespace: "vote", name: "vote-a" }),
      delete: (kind, key) => t.deepEqual([kind, key.name], ["Pod", "solo"]),
      apply: (objects) => objects.map((object) => ({ object, outcome: "created" })),
    },
  );
  t.deepEqual(
    told.map((line) => line.replace(/^(passed \d).*: /, "$1 ")),
    [
      "started: 9 steps",
      "passed 0 node01:eth0",
      "passed 1 0.50 ms",
      "passed 2 0 of 0 packets at node01:eth0",
      "passed 3 exit code 0",
      "passed 4 vote to 4",
      "passed 5 4 ready endpoints of 4",
      "passed 6 vote/vote-a",
      "passed 7 Pod default/solo",
      "passed 8 Namespace more created",
      "passed",
    ],
  );
  t.deepEqual(waits, ["endpoints"]);
  t.deepEqual(capture.calls, ["packets", "dispose"]);
});

test("the first step that does not hold ends the scenario, and its captures", async (t) => {
  const capture = fakeCapture(["node01:eth0"]);
  const { told, failure } = await run(`    - capture: node/node01\n${probe}${probe}`, {
    capture: async () => capture,
    probe: async () => refused,
  });
  t.is(told.length, 4);
  t.is(told.at(-1), "failed");
  t.like(failure, {
    code: "PROBE_UNEXPECTED",
    message: "tcp from host/laptop to svc/vote/vote:80 (10.96.0.7:80)",
    expected: "an answer",
    seen: "refused",
    again: "no packet left: it was refused before any device",
    artifacts: [],
  });
  t.is(failure?.location?.file, "lab.yaml");
  t.deepEqual(capture.calls, ["dispose"]);
});

test("a probe that cannot be sent again has failed all the same", async (t) => {
  const { failure } = await run(probe, {
    probe: async () => refused,
    walk: () => Promise.reject(new RunError("RUN_NO_POD", "its pod is gone")),
  });
  t.is(failure?.code, "PROBE_UNEXPECTED");
  t.is(failure?.again, undefined);
});

test("a probe that was answered, and not as it should, is not sent again", async (t) => {
  const text = "    - probe: {from: host/laptop, tcp: svc/vote/vote}\n      expect: {ok: false}\n";
  const { failure } = await run(text, {
    probe: async () => answered,
    walk: () => Promise.reject(new Error("nobody asked")),
  });
  t.is(failure?.code, "PROBE_UNEXPECTED");
});

const failing: ReadonlyArray<{
  readonly title: string;
  readonly steps: string;
  readonly table: Partial<ScenarioLab>;
  readonly failure: Partial<StepFailure>;
}> = [
  {
    title: "an exit code",
    steps: "    - exec: {at: node/node01, command: [ip, link]}\n",
    table: { exec: async () => ({ exitCode: 3, stdout: "", stderr: "first\nlast\n" }) },
    failure: {
      code: "EXEC_UNEXPECTED",
      message: "ip link",
      expected: "exit code 0",
      seen: "exit code 3: last",
    },
  },
  {
    title: "a signal",
    steps: "    - exec: {at: node/node01, command: [sleep, inf]}\n",
    table: {
      exec: async () => ({ exitCode: undefined, signal: "SIGTERM", stdout: "", stderr: "" }),
    },
    failure: { expected: "exit code 0", seen: "ended by SIGTERM" },
  },
  {
    title: "a program whose time is up, whatever it makes of the signal that ends it",
    steps: "    - exec: {at: node/node01, command: [sleep, inf], timeout: 1s}\n",
    table: {
      exec: async () => ({ exitCode: 0, timedOut: true, stdout: "", stderr: "" }),
    },
    failure: { expected: "exit code 0", seen: "still running after 1000 ms" },
  },
  {
    title: "an output",
    steps:
      "    - exec: {at: node/node01, command: [id]}\n      expect: {stdout: {contains: root}}\n",
    table: { exec: async () => ({ exitCode: 0, stdout: "me\n", stderr: "" }) },
    failure: {
      expected: 'standard output with "root" in it',
      seen: 'standard output "me\\n"',
    },
  },
  {
    title: "a wait whose time is up",
    steps: "    - wait: {endpoints: vote/vote, count: 4, within: 1ms}\n",
    table: {
      wait: (_condition, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        ),
      describeWait: () => "2 ready endpoints of 4",
    },
    failure: { code: "WAIT_TIMED_OUT", seen: "2 ready endpoints of 4" },
  },
  {
    title: "what could not be tried, with its hint",
    steps: probe,
    table: {
      probe: () => Promise.reject(new RunError("RUN_NO_POD", "no pod", { hint: "scale it" })),
    },
    failure: { code: "RUN_NO_POD", message: "no pod", hint: "scale it" },
  },
];

for (const { title, steps, table, failure } of failing) {
  test(`a step fails: ${title}`, async (t) => {
    const run1 = await run(steps, table);
    t.is(run1.told.at(-1), "failed");
    t.like(run1.failure, failure);
  });
}

test("a bug is no failed expectation, and ends the captures all the same", async (t) => {
  const capture = fakeCapture(["node01:eth0"]);
  const bug = new TypeError("x is undefined");
  const running = run(`    - capture: node/node01\n${probe}`, {
    capture: async () => capture,
    probe: () => Promise.reject(bug),
  });
  t.is(await t.throwsAsync(running), bug);
  t.deepEqual(capture.calls, ["dispose"]);
});

test("an abort is no failed expectation, and ends the captures all the same", async (t) => {
  const capture = fakeCapture(["node01:eth0"]);
  const controller = new AbortController();
  const reason = new Error("interrupted");
  const told: string[] = [];
  const running = runScenario(
    fakeLab({
      capture: async () => capture,
      probe: (_probe, signal) => {
        controller.abort(reason);
        return Promise.reject(signal.reason);
      },
    }),
    sampleScenario(`    - capture: node/node01\n${probe}`),
    { emit: (event) => void told.push(event.type), signal: controller.signal },
  );
  t.is(await t.throwsAsync(running), reason);
  t.deepEqual(told, ["scenario-started", "step-passed"]);
  t.deepEqual(capture.calls, ["dispose"]);
});

async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "podwire-scenario-"));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

test("a failure leaves what was captured, everything, and the state of the lab", async (t) => {
  const folder = await temporaryFolder(t);
  const fresh = fakeCapture(["node01:eth0"], udpPacket("node01:eth0", "10.96.0.7", 2));
  const captures = [fakeCapture(["node01:eth0"], udpPacket("node01:eth0", "10.96.0.7", 1)), fresh];
  const snapshots: string[] = [];
  const { failure } = await run(
    `    - capture: node/node01\n    - capture: node/node01\n${probe}`,
    {
      capture: async () => captures.shift() ?? fresh,
      probe: async () => refused,
      writeSnapshot: async (directory) => {
        snapshots.push(directory);
        return [{ title: "rules", path: "rules.txt" }];
      },
    },
    folder,
  );
  const directory = path.join(folder, "sample", "it-holds");
  const file = path.join(directory, "capture.pcapng");
  t.deepEqual(snapshots, [directory]);
  t.deepEqual(failure?.artifacts, [
    { title: "capture", path: file },
    { title: "rules", path: "rules.txt" },
  ]);
  const packets = decodeCaptureFile(await readFile(file));
  t.deepEqual(
    packets.map(({ interfaceName, timestampNs }) => [interfaceName, timestampNs]),
    [
      ["node01:eth0", 1_000_000n],
      ["node01:eth0", 2_000_000n],
    ],
  );
});

test("what cannot be written does not hide the failure", async (t) => {
  const { failure } = await run(
    probe,
    {
      probe: async () => refused,
      writeSnapshot: () => Promise.reject(new Error("EACCES: permission denied")),
    },
    "/nowhere",
  );
  t.like(failure, {
    code: "PROBE_UNEXPECTED",
    hint: "captures, rules and routes could not be written: EACCES: permission denied",
    artifacts: [],
  });
});
