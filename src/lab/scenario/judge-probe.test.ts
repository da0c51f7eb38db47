import test from "ava";
import type { ProbeAttempt, ProbeResult } from "../../observe/probe.ts";
import type {
  AddressExpectation,
  ProbeExpectation,
  QueryExpectation,
  ServerSawExpectation,
  TextExpectation,
} from "../../topology/scenario/expectation.ts";
import { parseReference, parseTemplate, type Template } from "../../topology/scenario/template.ts";
import { judgeProbe, type Meanings } from "./judge-probe.ts";
import type { Mismatch } from "./mismatch.ts";

/** The lab of every case: two pods, one node with two addresses. */
const addressesByPlace: Readonly<Record<string, readonly string[]>> = {
  "deploy/vote/vote": ["10.244.1.2", "10.244.2.2"],
  "node/node01": ["192.168.0.11", "10.244.1.1"],
  "node/node01:cni0": ["10.244.1.1"],
  "10.96.0.10": ["10.96.0.10"],
};

function place(text: string): AddressExpectation["anyOf"][number] {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

const address = (...texts: readonly string[]): AddressExpectation => ({ anyOf: texts.map(place) });

function template(text: string): Template {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

const textOf = (
  expectation: { readonly [Key in keyof TextExpectation]?: string },
): TextExpectation => ({
  equals: expectation.equals === undefined ? undefined : template(expectation.equals),
  contains: expectation.contains === undefined ? undefined : template(expectation.contains),
  matches: expectation.matches,
});

const meanings: Meanings = {
  addresses: ({ anyOf }) =>
    anyOf.flatMap((each) => {
      const known = Object.entries(addressesByPlace).find(
        ([text]) => JSON.stringify(place(text)) === JSON.stringify(each),
      );
      if (known === undefined) throw new Error(`nobody expects ${JSON.stringify(each)}`);
      return known[1];
    }),
  podNames: () => ["vote/vote-a", "vote/vote-b"],
  machines: () => [],
  text: ({ text }) => text.replace(redis, "10.96.0.7"),
};

/** A place within a text. */
const redis = `\${svc/vote/redis}`;

const nothing: ProbeExpectation = {
  ok: true,
  reason: undefined,
  serverSaw: undefined,
  status: undefined,
  body: undefined,
  ttl: undefined,
  latencyMs: undefined,
  throughput: undefined,
  answers: undefined,
  rcode: undefined,
  queries: undefined,
  hops: undefined,
  path: undefined,
  answered: undefined,
  distinctPods: undefined,
  outageMs: undefined,
};

const sawNothing: ServerSawExpectation = {
  source: undefined,
  sourcePort: undefined,
  destination: undefined,
  destinationPort: undefined,
  pod: undefined,
  host: undefined,
};

const saw = (expectation: Partial<ServerSawExpectation>): Partial<ProbeExpectation> => ({
  serverSaw: { ...sawNothing, ...expectation },
});

const answered = (server: string): ProbeAttempt => ({
  ok: true,
  latencyMs: 1,
  serverSaw: {
    source: { address: "10.244.1.2", port: 40_000 },
    destination: { address: "10.244.2.3", port: 80 },
    server,
  },
});
const ok: ProbeAttempt = answered("vote/vote-a");
const bare: ProbeAttempt = { ok: true, latencyMs: 1 };
const refused: ProbeAttempt = {
  ok: false,
  latencyMs: 3,
  reason: "refused",
  message: "connection refused by 10.96.0.7:80",
};
const timedOut: ProbeAttempt = { ok: false, latencyMs: 2_000, reason: "timed out" };

const asked = { type: "A", server: "10.96.0.10", protocol: "udp" } as const;
const searched: ProbeAttempt = {
  ok: true,
  latencyMs: 1,
  queries: [
    { ...asked, name: "a.svc", rcode: "NXDOMAIN", answers: [] },
    { ...asked, name: "a.svc", type: "AAAA", rcode: "NXDOMAIN", answers: [] },
    { ...asked, name: "a", rcode: "NXDOMAIN", answers: [] },
    { ...asked, name: "a", type: "AAAA", reason: "timed out", answers: [] },
  ],
};
const queried = (text: string): QueryExpectation => {
  const [name = "", type, rcode] = text.split(" ");
  return { name, type, rcode };
};
const query = (rcode: string, ...data: readonly string[]): Pick<ProbeAttempt, "queries"> => ({
  queries: [
    { ...asked, name: "redis.vote.svc.cluster.local", rcode: "NXDOMAIN", answers: [] },
    {
      ...asked,
      name: "redis.vote",
      type: "A",
      rcode,
      answers: data.map((each) => ({ name: "redis.vote", type: "A", ttl: 5, data: each })),
    },
  ],
});
const noName: ProbeAttempt = {
  ok: false,
  latencyMs: 1,
  reason: "no such name",
  message: "redis.vote has no A record",
  ...query("NXDOMAIN"),
};

const trace = (...hops: ReadonlyArray<string | undefined>): Pick<ProbeAttempt, "hops"> => ({
  hops: hops.map((hop, index) =>
    hop === undefined ? { ttl: index + 1 } : { ttl: index + 1, address: hop },
  ),
});

const carried = (bitsPerSecond: number): ProbeAttempt => ({
  ...bare,
  transfer: { bytes: bitsPerSecond / 8, seconds: 1, bitsPerSecond },
});

interface Case {
  readonly title: string;
  readonly attempts: readonly ProbeAttempt[];
  readonly expect: Partial<ProbeExpectation>;
  /** Undefined: it holds. */
  readonly mismatch?: Mismatch;
}

const cases: readonly Case[] = [
  { title: "an answer is expected unless anything is said", attempts: [ok], expect: {} },
  {
    title: "no answer where one is expected",
    attempts: [refused],
    expect: {},
    mismatch: { expected: "an answer", seen: "connection refused by 10.96.0.7:80" },
  },
  {
    title: "a failure without a sentence is told by its reason",
    attempts: [timedOut],
    expect: {},
    mismatch: { expected: "an answer", seen: "timed out" },
  },
  {
    title: "ok: false holds for any failure",
    attempts: [refused, timedOut],
    expect: { ok: false },
  },
  {
    title: "ok: false does not hold when there is an answer",
    attempts: [ok],
    expect: { ok: false },
    mismatch: {
      expected: "no answer",
      seen: "an answer from vote/vote-a, which saw 10.244.1.2:40000",
    },
  },
  {
    title: "an answer from a server that tells nothing",
    attempts: [bare],
    expect: { ok: false },
    mismatch: { expected: "no answer", seen: "an answer" },
  },
  {
    title: "which attempt is told when there are several",
    attempts: [ok, ok, timedOut],
    expect: {},
    mismatch: { expected: "an answer", seen: "timed out (attempt 3 of 3)" },
  },
  {
    title: "a throughput within its bounds",
    attempts: [carried(9.6e6)],
    expect: { throughput: { atLeast: 5e6, atMost: 11e6 } },
  },
  {
    title: "more throughput than the wire may let through",
    attempts: [carried(4.2e8)],
    expect: { throughput: { atLeast: undefined, atMost: 11e6 } },
    mismatch: { expected: "throughput of at most 11 Mbit/s", seen: "420 Mbit/s" },
  },
  { title: "a reason", attempts: [refused], expect: { ok: false, reason: "refused" } },
  {
    title: "another reason",
    attempts: [timedOut],
    expect: { ok: false, reason: "refused" },
    mismatch: { expected: "to fail: refused", seen: "timed out" },
  },
  {
    title: "an answer where a reason is expected",
    attempts: [bare],
    expect: { ok: false, reason: "refused" },
    mismatch: { expected: "to fail: refused", seen: "an answer" },
  },
  { title: "a status", attempts: [{ ...bare, status: 200 }], expect: { status: 200 } },
  {
    title: "another status",
    attempts: [{ ...bare, status: 503 }],
    expect: { status: 200 },
    mismatch: { expected: "status 200", seen: "status 503" },
  },
  {
    title: "a status where there is none",
    attempts: [bare],
    expect: { status: 200 },
    mismatch: { expected: "status 200", seen: "status none" },
  },
  { title: "a TTL", attempts: [{ ...bare, ttl: 63 }], expect: { ttl: 63 } },
  {
    title: "another TTL",
    attempts: [{ ...bare, ttl: 62 }],
    expect: { ttl: 63 },
    mismatch: { expected: "TTL 63", seen: "TTL 62" },
  },
  {
    title: "latency at its bounds",
    attempts: [bare],
    expect: { latencyMs: { atLeast: 1, atMost: 1 } },
  },
  {
    title: "too fast",
    attempts: [bare],
    expect: { latencyMs: { atLeast: 10, atMost: undefined } },
    mismatch: { expected: "latency of at least 10 ms", seen: "1.00 ms" },
  },
  {
    title: "latency is that of every attempt, also of one that fails as it should",
    attempts: [timedOut],
    expect: { ok: false, reason: "timed out", latencyMs: { atLeast: undefined, atMost: 50 } },
    mismatch: { expected: "latency of at most 50 ms", seen: "2000.00 ms" },
  },
  {
    title: "a body but for its last newline",
    attempts: [{ ...bare, body: "redis 10.96.0.7\n" }],
    expect: {
      body: textOf({ equals: `redis ${redis}`, contains: "redis", matches: "^redis" }),
    },
  },
  {
    title: "another body",
    attempts: [{ ...bare, body: "no\n" }],
    expect: { body: textOf({ equals: "yes" }) },
    mismatch: { expected: 'body "yes"', seen: 'body "no\\n"' },
  },
  {
    title: "a body without what it should contain",
    attempts: [{ ...bare, body: "x".repeat(300) }],
    expect: { body: textOf({ contains: "y" }) },
    mismatch: { expected: 'body with "y" in it', seen: `body "${"x".repeat(200)}…"` },
  },
  {
    title: "a body unlike its pattern",
    attempts: [bare],
    expect: { body: textOf({ matches: "^vote-.+$" }) },
    mismatch: { expected: "body like /^vote-.+$/", seen: 'body ""' },
  },
  {
    title: "answers in any order, with places filled in",
    attempts: [{ ...bare, ...query("NOERROR", "10.96.0.7", "10.96.0.6") }],
    expect: { answers: ["10.96.0.6", redis].map(template), rcode: "NOERROR" },
  },
  {
    title: "other answers",
    attempts: [{ ...bare, ...query("NOERROR", "10.96.0.8") }],
    expect: { answers: [template("10.96.0.7")] },
    mismatch: { expected: "answers 10.96.0.7", seen: "answers 10.96.0.8" },
  },
  { title: "no answers, as expected", attempts: [noName], expect: { answers: [] } },
  { title: "the name server's no, as expected", attempts: [noName], expect: { rcode: "NXDOMAIN" } },
  {
    title: "answers where none should be",
    attempts: [{ ...bare, ...query("NOERROR", "10.96.0.8") }],
    expect: { answers: [] },
    mismatch: { expected: "answers none", seen: "answers 10.96.0.8" },
  },
  {
    title: "another no of the name server",
    attempts: [{ ...noName, ...query("SERVFAIL") }],
    expect: { rcode: "NXDOMAIN" },
    mismatch: { expected: "rcode NXDOMAIN", seen: "rcode SERVFAIL" },
  },
  {
    title: "the queries in order, by name alone, with type, and with rcode",
    attempts: [searched],
    expect: { queries: ["a.svc", "a A NXDOMAIN", "a AAAA"].map(queried) },
  },
  {
    title: "a query too many",
    attempts: [searched],
    expect: { queries: ["a.svc", "a A"].map(queried) },
    mismatch: {
      expected: "queries a.svc; a A",
      seen: "queries a.svc A NXDOMAIN; a.svc AAAA NXDOMAIN; a A NXDOMAIN; a AAAA timed out",
    },
  },
  {
    title: "queries where nobody should be asked",
    attempts: [searched],
    expect: { queries: [] },
    mismatch: {
      expected: "queries none",
      seen: "queries a.svc A NXDOMAIN; a.svc AAAA NXDOMAIN; a A NXDOMAIN; a AAAA timed out",
    },
  },
  {
    title: "the rcode is asked of a failure as well",
    attempts: [{ ...noName, ...query("SERVFAIL") }],
    expect: { ok: false, reason: "no such name", rcode: "NXDOMAIN" },
    mismatch: { expected: "rcode NXDOMAIN", seen: "rcode SERVFAIL" },
  },
  {
    title: "silence is no NXDOMAIN",
    attempts: [timedOut],
    expect: { rcode: "NXDOMAIN" },
    mismatch: { expected: "an answer", seen: "timed out" },
  },
  {
    title: "a name without address where one is expected",
    attempts: [noName],
    expect: { rcode: "NOERROR" },
    mismatch: { expected: "an answer", seen: "redis.vote has no A record" },
  },
  {
    title: "what the server saw",
    attempts: [ok],
    expect: saw({
      source: address("10.96.0.10", "deploy/vote/vote"),
      sourcePort: 40_000,
      destinationPort: 80,
      pod: { type: "workload", kind: "Deployment", namespace: "vote", name: "vote" },
    }),
  },
  {
    title: "another source",
    attempts: [ok],
    expect: saw({ source: address("node/node01", "10.96.0.10") }),
    mismatch: {
      expected: "source node/node01 or 10.96.0.10 (192.168.0.11, 10.244.1.1, 10.96.0.10)",
      seen: "source 10.244.1.2",
    },
  },
  {
    title: "another source port",
    attempts: [ok],
    expect: saw({ sourcePort: 1 }),
    mismatch: { expected: "source port 1", seen: "source port 40000" },
  },
  {
    title: "another destination",
    attempts: [ok],
    expect: saw({ destination: address("node/node01:cni0") }),
    mismatch: {
      expected: "destination node/node01:cni0 (10.244.1.1)",
      seen: "destination 10.244.2.3",
    },
  },
  {
    title: "another destination port",
    attempts: [ok],
    expect: saw({ destinationPort: 8080 }),
    mismatch: { expected: "destination port 8080", seen: "destination port 80" },
  },
  { title: "a host", attempts: [answered("web")], expect: saw({ host: "web" }) },
  {
    title: "another host",
    attempts: [answered("web")],
    expect: saw({ host: "laptop" }),
    mismatch: { expected: "host laptop", seen: "host web" },
  },
  {
    title: "another pod",
    attempts: [answered("vote/redis-0")],
    expect: saw({ pod: { type: "workload", kind: "Deployment", namespace: "vote", name: "vote" } }),
    mismatch: {
      expected: "an answer from deploy/vote/vote",
      seen: "an answer from vote/redis-0",
    },
  },
  {
    title: "a server that does not tell what it saw",
    attempts: [bare],
    expect: saw({}),
    mismatch: {
      expected: "to know what the server saw",
      seen: "an answer, but not from podwire's own responder: no other server tells",
    },
  },
  {
    title: "hops, one of them silent",
    attempts: [{ ...bare, ...trace("10.244.1.1", undefined, "10.244.2.2") }],
    expect: { hops: [address("node/node01:cni0"), "*", address("deploy/vote/vote")] },
  },
  {
    title: "a hop too many",
    attempts: [{ ...bare, ...trace("10.244.1.1", "10.244.2.2") }],
    expect: { hops: [address("deploy/vote/vote")] },
    mismatch: { expected: "hops deploy/vote/vote", seen: "hops 10.244.1.1 / 10.244.2.2" },
  },
  {
    title: "a hop that answers and should not",
    attempts: [{ ...bare, ...trace("10.244.1.1") }],
    expect: { hops: ["*"] },
    mismatch: { expected: "hops *", seen: "hops 10.244.1.1" },
  },
  {
    title: "the hops of a path that ends nowhere",
    attempts: [{ ...timedOut, ...trace("10.244.1.1", undefined) }],
    expect: { ok: false, hops: ["*", address("node/node01:cni0", "node/node01")] },
    mismatch: {
      expected: "hops * / node/node01:cni0 or node/node01",
      seen: "hops 10.244.1.1 / *",
    },
  },
  {
    title: "so many answered, and their values hold",
    attempts: [{ ...ok, status: 200 }, refused],
    expect: { answered: { atLeast: 1, atMost: 1 }, status: 200 },
  },
  {
    title: "values are asked of those that answered",
    attempts: [refused, { ...ok, status: 503 }],
    expect: { answered: { atLeast: 1, atMost: undefined }, status: 200 },
    mismatch: { expected: "status 200", seen: "status 503 (attempt 2 of 2)" },
  },
  {
    title: "a reason is asked of those that did not answer",
    attempts: [ok, refused, timedOut],
    expect: { ok: false, answered: { atLeast: 1, atMost: 2 }, reason: "refused" },
    mismatch: { expected: "to fail: refused", seen: "timed out (attempt 3 of 3)" },
  },
  {
    title: "too few answered",
    attempts: [ok, refused],
    expect: { answered: { atLeast: 2, atMost: 2 } },
    mismatch: {
      expected: "2 answered",
      seen: "1 of 2 answered, 1.00 ms to 1.00 ms, vote/vote-a 1, connection refused by 10.96.0.7:80 after 3.00 ms",
    },
  },
  {
    title: "so many pods",
    attempts: [ok, answered("vote/vote-b"), ok],
    expect: { distinctPods: { atLeast: 2, atMost: 2 } },
  },
  {
    title: "too few pods",
    attempts: [ok, ok],
    expect: { distinctPods: { atLeast: 2, atMost: 3 } },
    mismatch: {
      expected: "answers from 2 to 3 different pods",
      seen: "1: 2 of 2 answered, 1.00 ms to 1.00 ms, vote/vote-a 2",
    },
  },
];

for (const { title, attempts, expect, mismatch } of cases) {
  test(`judge a probe: ${title}`, (t) => {
    const result: ProbeResult = {
      kind: "tcp",
      from: "deploy/vote/vote",
      to: "svc/vote/redis",
      target: "10.96.0.7:6379",
      ok: attempts.every((attempt) => attempt.ok),
      attempts,
    };
    t.deepEqual(judgeProbe(result, { ...nothing, ...expect }, meanings), mismatch);
  });
}
