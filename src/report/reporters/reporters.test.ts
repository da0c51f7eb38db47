import test from "ava";
import type { LabEvent } from "../../observe/event.ts";
import { htmlReporter } from "../html/page.ts";
import { jsonReporter } from "./json.ts";
import { junitReporter } from "./junit.ts";
import type { Reporter } from "./reporter.ts";
import { specReporter } from "./spec.ts";
import { tapReporter } from "./tap.ts";

const scenario = "a ClusterIP & its <wire>";

const events: readonly LabEvent[] = [
  { type: "lab-ready", lab: "demo", elapsedMs: 640, nodes: 3, pods: 5, services: 4 },
  { type: "warning", message: "Service vote/x selects no pod" },
  { type: "scenario-started", scenario: "passes", steps: 1 },
  {
    type: "step-passed",
    scenario: "passes",
    step: 0,
    title: "probe",
    elapsedMs: 1,
    detail: "1 ms",
  },
  { type: "scenario-finished", scenario: "passes", outcome: "passed", elapsedMs: 2 },
  { type: "scenario-started", scenario, steps: 1 },
  {
    type: "step-failed",
    scenario,
    step: 0,
    title: "packets at node/node01",
    elapsedMs: 2,
    failure: {
      code: "PACKETS_UNEXPECTED",
      message: "2 packets where none were expected",
      expected: "no packet with ip.dst == 10.96.0.7",
      seen: "2 of 40 packets",
      packets: ["10.244.1.2 > 10.96.0.7 TCP [SYN]"],
      packetsLeftOut: 1,
      location: { file: "lab.yaml", line: 9, column: 7 },
      artifacts: [{ title: "capture", path: "out/capture.pcapng" }],
    },
  },
  { type: "scenario-finished", scenario, outcome: "failed", elapsedMs: 20 },
  {
    type: "scenario-finished",
    scenario: "later",
    outcome: "skipped",
    elapsedMs: 0,
    reason: "bail",
  },
  { type: "scenario-started", scenario: "stopped", steps: 3 },
  {
    type: "scenario-finished",
    scenario: "stopped",
    outcome: "interrupted",
    elapsedMs: 5,
    reason: "in step 1 of 3",
  },
];

function run(reporter: Reporter): string {
  return [
    reporter.begin("demo"),
    ...events.map((event) => reporter.event(event)),
    reporter.end(),
  ].join("");
}

test("spec: a scenario is a sentence, its steps stand below it, a failure is shown whole", (t) => {
  t.is(
    run(specReporter("plain")),
    `demo  3 nodes, 5 pods, 4 services: ready in 640 ms

warning: Service vote/x selects no pod
  ✓ passes (2.00 ms)
      ✓ probe  1 ms
  ✗ a ClusterIP & its <wire> (20 ms)
      ✗ packets at node/node01
          2 packets where none were expected
          at lab.yaml:9:7
          expected  no packet with ip.dst == 10.96.0.7
          seen      2 of 40 packets
          packets
            10.244.1.2 > 10.96.0.7 TCP [SYN]
            … and 1 more
          capture   out/capture.pcapng
  - later (skipped: bail)
  ! stopped (interrupted in step 1 of 3)

1 passed, 1 failed, 1 interrupted, 1 skipped in 667 ms
`,
  );
});

test("html: a page that fetches nothing, with what failed open and all text escaped", (t) => {
  const page = run(htmlReporter());
  for (const expected of [
    '<span class="passed">1 passed</span> <span class="failed">1 failed</span>',
    "<h2>demo <small>3 nodes, 5 pods, 4 services: ready in 640 ms</small></h2>",
    '<p class="warning">Service vote/x selects no pod</p>',
    '<details class="passed">\n<summary><span class="mark">✓</span> passes ',
    '<details class="failed" open>\n<summary><span class="mark">✗</span> a ClusterIP &amp; its &lt;wire&gt; ',
    '<dt>capture</dt><dd><a href="out/capture.pcapng">out/capture.pcapng</a></dd>',
    "<pre>10.244.1.2 &gt; 10.96.0.7 TCP [SYN]\n… and 1 more</pre>",
    "later <small>skipped: bail</small>",
    "stopped <small>interrupted in step 1 of 3</small>",
    '<span class="interrupted">1 interrupted</span> <span class="skipped">1 skipped</span>',
  ]) {
    t.true(page.includes(expected), `${expected}\n\n${page}`);
  }
  t.notRegex(page, /https?:|<script|<link/);
});

test("tap: a test point a scenario, the failure as its diagnostic", (t) => {
  t.is(
    run(tapReporter()),
    `TAP version 14
ok 1 - demo: passes
not ok 2 - demo: a ClusterIP & its <wire>
  ---
  message: |
    packets at node/node01
      2 packets where none were expected
      at lab.yaml:9:7
      expected  no packet with ip.dst == 10.96.0.7
      seen      2 of 40 packets
      packets
        10.244.1.2 > 10.96.0.7 TCP [SYN]
        … and 1 more
      capture   out/capture.pcapng
  ...
ok 3 - demo: later # SKIP bail
not ok 4 - demo: stopped
  ---
  message: interrupted in step 1 of 3
  ...
1..4
`,
  );
});

test("junit: counts are right and everything is escaped", (t) => {
  const xml = run(junitReporter());
  t.true(xml.includes('tests="4" failures="1" errors="1" skipped="1" time="0.027"'));
  t.true(xml.includes('name="a ClusterIP &amp; its &lt;wire&gt;" time="0.020"'));
  t.true(
    xml.includes(
      '<failure message="2 packets where none were expected" type="PACKETS_UNEXPECTED">',
    ),
  );
  t.true(xml.includes('<skipped message="bail"/>'));
  // Nothing is known of what it was to prove: no failure, and no success.
  t.true(xml.includes('<error message="interrupted in step 1 of 3" type="interrupted"/>'));
});

test("json: the whole run in one document", (t) => {
  const report = JSON.parse(run(jsonReporter()));
  t.false(report.ok);
  t.like(report.totals, { passed: 1, failed: 1, skipped: 1, interrupted: 1 });
  t.like(report.labs[0], { lab: "demo", nodes: 3, pods: 5, services: 4, readyAfterMs: 640 });
  t.is(report.labs[0].scenarios[1].steps[0].failure.code, "PACKETS_UNEXPECTED");
});

for (const outcome of ["failed", "skipped", "interrupted"] as const) {
  test(`a run with a scenario that was ${outcome} has not held`, (t) => {
    const reporter = jsonReporter();
    reporter.begin("demo");
    reporter.event({ type: "scenario-finished", scenario, outcome, elapsedMs: 0 });
    t.false(JSON.parse(reporter.end()).ok);
  });
}
