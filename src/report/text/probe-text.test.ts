import test from "ava";
import type { ProbeAttempt, ProbeResult } from "../../observe/probe.ts";
import { renderProbe } from "./probe-text.ts";

const result = (...attempts: readonly ProbeAttempt[]): ProbeResult => ({
  kind: "http",
  from: "host/laptop",
  to: "svc/vote/vote",
  target: "10.96.0.7:80",
  ok: true,
  attempts,
});
const ok: ProbeAttempt = { ok: true, latencyMs: 1, status: 200 };

test("each attempt has a line, and what the server said stands below it", (t) => {
  const text = renderProbe(
    result({ ...ok, body: "vote-a\n" }, { ok: false, latencyMs: 2, reason: "refused" }),
    "plain",
  );
  t.is(
    text,
    `http host/laptop → svc/vote/vote (10.96.0.7:80)
  ✓ 1.00 ms, HTTP 200
      vote-a
  ✗ refused after 2.00 ms
`,
  );
});

test("a long answer is cut after ten lines", (t) => {
  const body = Array.from({ length: 12 }, (_, index) => `line ${index}`).join("\n");
  const lines = renderProbe(result({ ...ok, body }), "plain").split("\n");
  t.deepEqual(lines.slice(-3), ["      line 9", "      …", ""]);
});

test("an aim that means itself is told once", (t) => {
  const text = renderProbe({ ...result(ok), to: "10.96.0.7:80" }, "plain");
  t.is(text.split("\n")[0], "http host/laptop → 10.96.0.7:80");
});

test("colour adds nothing but colour", (t) => {
  const coloured = renderProbe(result(ok), "colour");
  t.not(coloured, renderProbe(result(ok), "plain"));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal takes for colour begins with one.
  t.is(coloured.replace(/\u001b\[\d+m/g, ""), renderProbe(result(ok), "plain"));
});

test("of a name every query has a line, in the order in which they were asked", (t) => {
  const asked = { server: "10.96.0.10", protocol: "udp", type: "A", answers: [] } as const;
  const name = "redis.vote.svc.cluster.local";
  const queries = [
    { ...asked, name: "redis.vote.vote.svc.cluster.local", rcode: "NXDOMAIN" },
    { ...asked, name, rcode: "NOERROR", answers: [{ name, type: "A", ttl: 5, data: "10.96.0.7" }] },
  ];
  const text = renderProbe(
    { ...result({ ok: true, latencyMs: 2, queries }), kind: "dns", to: "redis.vote" },
    "plain",
  );
  t.is(
    text,
    `dns host/laptop → redis.vote (10.96.0.7:80)
  ✓ 2.00 ms
      redis.vote.vote.svc.cluster.local   A   NXDOMAIN
      redis.vote.svc.cluster.local        A   10.96.0.7
`,
  );
});
