import test from "ava";
import type { Pod } from "../../../api/objects/pod.ts";
import { Store } from "../../../api/store/store.ts";
import { samplePod } from "../../testing/sample-lab.ts";
import { tooLate } from "./too-late.ts";

const sinceMs = Date.parse("2026-01-01T00:00:00Z");
const patience = { sinceMs, untilMs: sinceMs + 60_000, probeTimeScale: 1 };

const base = samplePod({ namespace: "shop", name: "catalogue" });
const pod = (container: Partial<Pod["spec"]["containers"][number]>, status = base.status): Pod => ({
  ...base,
  spec: { ...base.spec, containers: [{ name: "web", image: "web", ...container }] },
  ...(status !== undefined && { status }),
});

function verdict(own: Pod, options: Partial<typeof patience> = {}): string | undefined {
  const store = new Store();
  store.create(own);
  return tooLate(store, { ...patience, ...options });
}

const late = { readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 180 } };
const sentence = (seconds: number): string =>
  `pod shop/catalogue: its container web is not asked whether it is ready before ${seconds} s`;

test("a readiness probe that begins after the time is up is too late", (t) => {
  t.is(verdict(pod(late)), sentence(180));
});

test("so is a startup probe, for the others wait for it", (t) => {
  t.is(verdict(pod({ startupProbe: late.readinessProbe })), sentence(180));
});

test("a probe that begins in time may hold, and no probe always does", (t) => {
  t.is(verdict(pod({ readinessProbe: { initialDelaySeconds: 59 } })), undefined);
  t.is(verdict(pod({})), undefined);
  t.is(verdict(pod({ livenessProbe: late.readinessProbe })), undefined);
});

test("time that a topology shortens is shorter", (t) => {
  t.is(verdict(pod(late), { probeTimeScale: 0.1 }), undefined);
  t.is(verdict(pod(late), { probeTimeScale: 0.5 }), sentence(90));
});

test("a container that starts so late that its probe misses the end is too late", (t) => {
  t.is(
    verdict(
      pod({ readinessProbe: { initialDelaySeconds: 59 } }, startedAt("2026-01-01T00:00:02Z")),
    ),
    sentence(59),
  );
});

test("a container that has run for a while has waited for a while", (t) => {
  t.is(verdict(pod(late, startedAt("2025-12-31T23:57:30Z"))), undefined);
});

function startedAt(time: string): NonNullable<Pod["status"]> {
  return {
    ...base.status,
    containerStatuses: [
      {
        ...{ name: "web", image: "web", imageID: "", ready: false, restartCount: 0, lastState: {} },
        state: { running: { startedAt: time } },
      },
    ],
  };
}
