import test from "ava";
import { ProxyHealth, renderHealthz, renderLivez } from "./proxy-health.ts";

const PERIOD = 30_000;

test("a proxy is healthy until a change has waited for two sync periods", (t) => {
  const health = new ProxyHealth(PERIOD, 0);
  t.true(health.isHealthy(1_000_000));
  health.queued(1_000_000);
  health.queued(1_050_000);
  t.true(health.isHealthy(1_059_999));
  t.false(health.isHealthy(1_060_000));
  health.updated(1_060_002, 1_060_003);
  t.true(health.isHealthy(9_000_000));
});

test("a change that came while a sync ran is not met by it", (t) => {
  const health = new ProxyHealth(PERIOD, 0);
  health.queued(500);
  health.updated(400, 600);
  t.false(health.isHealthy(60_501));
});

const WAITING = 1_000;
const LATE = WAITING + 2 * PERIOD;
const cases = [
  {
    title: "well, on a node that stays",
    nowMs: LATE - 1,
    isEligible: true,
    want: { status: 200, healthz: "00:01:00.999Z", livez: 200, healthy: true },
  },
  {
    title: "well, on a node that is about to go",
    nowMs: LATE - 1,
    isEligible: false,
    want: { status: 503, healthz: "00:00:00.5Z", livez: 200, healthy: true },
  },
  {
    title: "two sync periods behind",
    nowMs: LATE,
    isEligible: true,
    want: { status: 503, healthz: "00:00:00.5Z", livez: 503, healthy: false },
  },
] as const;
for (const { title, nowMs, isEligible, want } of cases) {
  test(`${title}: the answer is kube-proxy's`, (t) => {
    const health = new ProxyHealth(PERIOD, 0);
    health.updated(500, 500);
    health.queued(WAITING);
    const { status, headers, body } = renderHealthz(health, { family: "ipv4", isEligible, nowMs });
    t.is(status, want.status);
    t.deepEqual(headers, {
      "Content-Type": "application/json",
      "X-Content-Type-Options": "nosniff",
    });
    const { healthy } = want;
    const now = nowMs === LATE ? "1970-01-01T00:01:01Z" : "1970-01-01T00:01:00.999Z";
    t.is(
      body,
      `{"lastUpdated":"1970-01-01T${want.healthz}","currentTime":"${now}","nodeEligible":${isEligible},` +
        `"healthy":${healthy},"status":{"IPv4":{"lastUpdated":"1970-01-01T00:00:00.5Z","healthy":${healthy}}}}`,
    );
    const livez = renderLivez(health, { family: "ipv6", nowMs });
    t.is(livez.status, want.livez);
    t.like(JSON.parse(livez.body), { healthy, status: { IPv6: { healthy } } });
    t.false("nodeEligible" in JSON.parse(livez.body));
  });
}
