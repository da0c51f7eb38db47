import test from "ava";
import { describeAttempt, describeProbe, formatSocket } from "./describe-probe.ts";
import type { ProbeAttempt } from "./probe.ts";

const asked = { server: "10.96.0.10", protocol: "udp" } as const;

const saw = (server: string): Pick<ProbeAttempt, "serverSaw"> => ({
  serverSaw: {
    source: { address: "10.244.1.2", port: 40_312 },
    destination: { address: "10.244.2.3", port: 80 },
    server,
  },
});

const attempts: ReadonlyArray<{ readonly attempt: ProbeAttempt; readonly text: string }> = [
  { attempt: { ok: true, latencyMs: 0.414 }, text: "0.41 ms" },
  { attempt: { ok: true, latencyMs: 9.996 }, text: "10 ms" },
  { attempt: { ok: true, latencyMs: 12.6, status: 503 }, text: "13 ms, HTTP 503" },
  { attempt: { ok: true, latencyMs: 1, ttl: 63 }, text: "1.00 ms, TTL 63" },
  {
    attempt: { ok: true, latencyMs: 1, mac: "02:00:00:00:00:01" },
    text: "1.00 ms, is at 02:00:00:00:00:01",
  },
  {
    attempt: {
      ...{ ok: false, latencyMs: 2, message: "10.9.9.9 is more than 2 hops away" },
      hops: [{ ttl: 1, address: "10.244.1.1" }, { ttl: 2 }],
    },
    text: "10.9.9.9 is more than 2 hops away after 2.00 ms: 10.244.1.1 / *",
  },
  {
    attempt: { ok: true, latencyMs: 1, hops: [{ ttl: 1, address: "10.244.1.1" }, { ttl: 2 }] },
    text: "1.00 ms, 10.244.1.1 / *",
  },
  {
    attempt: {
      ok: true,
      latencyMs: 1,
      queries: [
        { ...asked, name: "redis.vote.svc", type: "A", rcode: "NXDOMAIN", answers: [] },
        {
          ...asked,
          name: "redis.vote",
          type: "A",
          rcode: "NOERROR",
          answers: [
            { name: "redis.vote", type: "A", ttl: 5, data: "10.96.0.7" },
            { name: "redis.vote", type: "A", ttl: 5, data: "10.96.0.8" },
          ],
        },
      ],
    },
    text: "1.00 ms, redis.vote.svc A NXDOMAIN; redis.vote A 10.96.0.7 10.96.0.8",
  },
  {
    attempt: { ok: true, latencyMs: 1, ...saw("vote/redis-0") },
    text: "1.00 ms, answered by vote/redis-0, which saw 10.244.1.2:40312",
  },
  { attempt: { ok: false, latencyMs: 2_000 }, text: "failed after 2000 ms" },
  { attempt: { ok: false, latencyMs: 1, reason: "refused" }, text: "refused after 1.00 ms" },
  {
    attempt: { ok: false, latencyMs: 1, reason: "unreachable", message: "says 192.168.0.1" },
    text: "says 192.168.0.1 after 1.00 ms",
  },
];

for (const { attempt, text } of attempts) {
  test(`one attempt: ${text}`, (t) => {
    t.is(describeAttempt(attempt), text);
    t.is(describe(attempt), text);
  });
}

function describe(...tried: readonly ProbeAttempt[]): string {
  const ends = { kind: "tcp", from: "host/laptop", to: "svc/a/b", target: "10.96.0.7:80" } as const;
  return describeProbe({ ...ends, ok: tried.every(({ ok }) => ok), attempts: tried });
}

const held = (server: string, latencyMs: number): ProbeAttempt => ({
  ok: true,
  latencyMs,
  ...saw(server),
});
const refused: ProbeAttempt = { ok: false, latencyMs: 3, reason: "refused" };

const several: ReadonlyArray<{
  readonly title: string;
  readonly attempts: readonly ProbeAttempt[];
  readonly text: string;
}> = [
  { title: "none", attempts: [], text: "nothing was tried" },
  {
    title: "who answered, most often first, then by name",
    attempts: [held("b", 1), held("a", 2), held("c", 12), held("c", 3)],
    text: "4 of 4 answered, 1.00 ms to 12 ms, c 2, a 1, b 1",
  },
  {
    title: "some failed: the first of them",
    attempts: [held("a", 1), refused, { ...refused, reason: "timed out" }],
    text: "1 of 3 answered, 1.00 ms to 1.00 ms, a 1, refused after 3.00 ms",
  },
  {
    title: "all failed",
    attempts: [refused, refused],
    text: "0 of 2 answered, refused after 3.00 ms",
  },
];

for (const { title, attempts: tried, text } of several) {
  test(`several attempts: ${title}`, (t) => {
    t.is(describe(...tried), text);
  });
}

test("an IPv6 address stands in brackets before its port", (t) => {
  t.is(formatSocket({ address: "fd00::1", port: 80 }), "[fd00::1]:80");
  t.is(formatSocket({ address: "10.0.0.1", port: 80 }), "10.0.0.1:80");
});
