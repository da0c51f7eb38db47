import test from "ava";
import { isNodeEligible, ProxierHealth, renderHealthz, renderLivez } from "./proxy-health.ts";

const PERIOD = 30_000;

test("a proxy is healthy until a change has waited for two sync periods", (t) => {
  const health = new ProxierHealth("ipv4", PERIOD, 0);
  t.true(health.isHealthy(1_000_000));
  health.queued(1_000_000);
  health.queued(1_050_000);
  t.true(health.isHealthy(1_059_999));
  t.false(health.isHealthy(1_060_000));
  health.updated(1_060_002, 1_060_003);
  t.true(health.isHealthy(9_000_000));
});

test("a change that came while a sync ran is not met by it", (t) => {
  const health = new ProxierHealth("ipv4", PERIOD, 0);
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
    const health = new ProxierHealth("ipv4", PERIOD, 0);
    health.updated(500, 500);
    health.queued(WAITING);
    const { status, headers, body } = renderHealthz([health], { isEligible, nowMs });
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
    const livez = renderLivez([health], nowMs);
    t.is(livez.status, want.livez);
    t.like(JSON.parse(livez.body), { healthy, status: { IPv4: { healthy } } });
    t.false("nodeEligible" in JSON.parse(livez.body));
  });
}

test("a family that lags makes the whole proxy unwell, and the status tells which", (t) => {
  const [four, six] = [new ProxierHealth("ipv4", PERIOD, 0), new ProxierHealth("ipv6", PERIOD, 0)];
  six.updated(500, 500);
  six.queued(WAITING);
  four.updated(700, 700);
  const both = [four, six];
  t.is(renderHealthz(both, { isEligible: true, nowMs: LATE - 1 }).status, 200);
  const { status, body } = renderHealthz(both, { isEligible: true, nowMs: LATE });
  t.is(status, 503);
  t.deepEqual(JSON.parse(body), {
    lastUpdated: "1970-01-01T00:00:00.7Z",
    currentTime: "1970-01-01T00:01:01Z",
    nodeEligible: true,
    healthy: false,
    status: {
      IPv4: { lastUpdated: "1970-01-01T00:00:00.7Z", healthy: true },
      IPv6: { lastUpdated: "1970-01-01T00:00:00.5Z", healthy: false },
    },
  });
});

const node = { apiVersion: "v1", kind: "Node", metadata: { name: "a" }, spec: {} } as const;
const taints = [{ key: "ToBeDeletedByClusterAutoscaler", effect: "NoSchedule" }] as const;
const deletionTimestamp = "2026-11-28T00:00:00Z";
const nodes = [
  { title: "that stays", of: node, want: true },
  { title: "with the autoscaler's taint", of: { ...node, spec: { taints } }, want: false },
  {
    title: "that is being deleted",
    of: { ...node, metadata: { ...node.metadata, deletionTimestamp } },
    want: false,
  },
  { title: "that was never seen", of: undefined, want: false },
];
for (const { title, of, want } of nodes) {
  test(`a node ${title} ${want ? "gets" : "gets no"} new connections`, (t) => {
    t.is(isNodeEligible(of), want);
  });
}
