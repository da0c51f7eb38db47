import test from "ava";
import { ProxyHealth, renderHealthz, renderLivez } from "./proxy-health.ts";

const PERIOD = 30_000;

test("a proxy is healthy until a change has waited for two sync periods", (t) => {
  const health = new ProxyHealth(PERIOD, 0);
  t.true(health.isHealthy(1_000_000));
  health.queued(1_000_000);
  health.queued(1_050_000);
  t.true(health.isHealthy(1_060_000));
  t.false(health.isHealthy(1_060_001));
  health.updated(1_060_002, 1_060_003);
  t.true(health.isHealthy(9_000_000));
});

test("a change that came while a sync ran is not met by it", (t) => {
  const health = new ProxyHealth(PERIOD, 0);
  health.queued(500);
  health.updated(400, 600);
  t.false(health.isHealthy(60_501));
});

test("a healthy proxy was updated now, another when it was", (t) => {
  const health = new ProxyHealth(PERIOD, 0);
  health.updated(1_000, 1_000);
  health.queued(2_000);
  t.is(health.updatedMs(50_000), 50_000);
  t.is(health.updatedMs(90_000), 1_000);
});

test("the answers are those of kube-proxy", (t) => {
  const nowMs = Date.UTC(2026, 10, 28, 2, 22, 40, 123);
  const health = new ProxyHealth(PERIOD, nowMs);
  const time = "2026-11-28 02:22:40.123 +0000 UTC";
  t.deepEqual(renderHealthz(health, { isEligible: false, nowMs }), {
    status: 503,
    headers: { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" },
    body: `{"lastUpdated": "${time}","currentTime": "${time}", "nodeEligible": false}`,
  });
  t.like(renderLivez(health, nowMs), {
    status: 200,
    body: `{"lastUpdated": "${time}","currentTime": "${time}"}`,
  });
});
