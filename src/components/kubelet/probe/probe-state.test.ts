/** Answers as a word of `+` and `-`, verdicts after each likewise; `?` is unknown. */
import test from "ava";
import type { ContainerProbe } from "../../../api/objects/pod.ts";
import { initialProbeState, nextProbeState, type ProbeKind } from "./probe-state.ts";
import { probeTarget, probeTiming } from "./probe-target.ts";

const marks = { success: "+", failure: "-", unknown: "?" } as const;

interface Row {
  readonly kind: ProbeKind;
  readonly thresholds?: readonly [success: number, failure: number];
  readonly answers: string;
  readonly verdicts: string;
}

const rows: readonly Row[] = [
  { kind: "readiness", answers: "+", verdicts: "+" },
  { kind: "readiness", answers: "---", verdicts: "---" },
  { kind: "readiness", answers: "+--+---", verdicts: "++++++-" },
  { kind: "readiness", thresholds: [2, 1], answers: "++-+-++", verdicts: "-+----+" },
  { kind: "liveness", answers: "--+---", verdicts: "+++++-" },
  { kind: "startup", answers: "--+", verdicts: "??+" },
  { kind: "startup", answers: "---", verdicts: "??-" },
];

for (const { kind, thresholds = [1, 3], answers, verdicts } of rows) {
  test(`${kind} with thresholds ${thresholds.join("/")}: ${answers} counts as ${verdicts}`, (t) => {
    const [successThreshold, failureThreshold] = thresholds;
    let state = initialProbeState(kind);
    const seen = [...answers].map((mark) => {
      const answer = mark === "+" ? "success" : "failure";
      state = nextProbeState(state, answer, { successThreshold, failureThreshold });
      return marks[state.verdict];
    });
    t.is(seen.join(""), verdicts);
  });
}

const container = { name: "web", ports: [{ name: "http", containerPort: 8080 }] };

const targets: ReadonlyArray<{
  readonly title: string;
  readonly probe: ContainerProbe;
  readonly want: object;
}> = [
  {
    title: "HTTP by the name of a port",
    probe: {
      httpGet: { port: "http", path: "ready", httpHeaders: [{ name: "Host", value: "x" }] },
    },
    want: {
      type: "http",
      scheme: "http",
      address: "10.244.0.2",
      port: 8080,
      path: "/ready",
      headers: [["Host", "x"]],
    },
  },
  {
    title: "HTTPS at another address",
    probe: { httpGet: { port: 443, scheme: "HTTPS", host: "192.0.2.1" } },
    want: {
      type: "http",
      scheme: "https",
      address: "192.0.2.1",
      port: 443,
      path: "/",
      headers: [],
    },
  },
  {
    title: "TCP by a number written as text",
    probe: { tcpSocket: { port: "6379" } },
    want: { type: "tcp", address: "10.244.0.2", port: 6379 },
  },
  {
    title: "gRPC",
    probe: { grpc: { port: 9555, service: "cart" } },
    want: { type: "grpc", address: "10.244.0.2", port: 9555, service: "cart" },
  },
  {
    title: "a program",
    probe: { exec: { command: ["true"] } },
    want: { type: "exec", command: ["true"] },
  },
  {
    title: "a port that is not there",
    probe: { tcpSocket: { port: "nope" } },
    want: { type: "impossible", message: `couldn't find port: "nope"` },
  },
  { title: "nothing", probe: {}, want: { type: "impossible", message: "missing probe handler" } },
];

for (const { title, probe, want } of targets) {
  test(`a probe asks ${title}`, (t) => {
    t.deepEqual(
      probeTarget(probe, container, "10.244.0.2"),
      want as ReturnType<typeof probeTarget>,
    );
  });
}

test("the API's defaults hold, and the scale shortens waits but not the timeout", (t) => {
  const rest = { successThreshold: 1, failureThreshold: 3, timeoutMs: 1_000 };
  t.deepEqual(probeTiming({}, 1), { initialDelayMs: 0, periodMs: 10_000, ...rest });
  t.deepEqual(probeTiming({ initialDelaySeconds: 15, periodSeconds: 5 }, 0.1), {
    initialDelayMs: 1_500,
    periodMs: 500,
    ...rest,
  });
});
