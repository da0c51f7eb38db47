/** Does what a probe saw hold against what the scenario expects? Pure. */

import { describeProbe, formatSocket } from "../../observe/describe-probe.ts";
import { formatRate } from "../../observe/describe-rate.ts";
import type { DnsQuerySeen, ProbeAttempt, ProbeResult } from "../../observe/probe.ts";
import type {
  AddressExpectation,
  Bounds,
  ProbeExpectation,
  ServerSawExpectation,
} from "../../topology/scenario/expectation.ts";
import type { Template } from "../../topology/scenario/template.ts";
import { formatWhere } from "../../topology/where/format-where.ts";
import type { Machine } from "../../topology/where/where.ts";
import { formatBounds, isWithin } from "./bounds.ts";
import { judgeQueries } from "./judge-queries.ts";
import { judgeText } from "./judge-text.ts";
import { judgeEqual, type Mismatch } from "./mismatch.ts";

/** What places mean while the scenario runs. */
export interface Meanings {
  readonly addresses: (expectation: AddressExpectation) => readonly string[];
  /** `vote/redis-0` for each pod of the place. */
  readonly podNames: (place: NonNullable<ServerSawExpectation["pod"]>) => readonly string[];
  /** `pod/vote/redis-0` for each machine that the place may mean. */
  readonly machines: (place: Machine) => readonly string[];
  readonly text: (template: Template) => string;
}

export function judgeProbe(
  result: ProbeResult,
  expectation: ProbeExpectation,
  meanings: Meanings,
): Mismatch | undefined {
  return (
    judgeTotals(result, expectation) ??
    firstMismatch(result.attempts, (attempt) => judgeAttempt(attempt, expectation, meanings))
  );
}

/** What is asked of all attempts together. */
export function judgeTotals(
  result: ProbeResult,
  { answered, distinctPods }: ProbeExpectation,
): Mismatch | undefined {
  const held = result.attempts.filter(({ ok }) => ok);
  if (answered !== undefined && !isWithin(held.length, answered)) {
    return { expected: `${formatBounds(answered)} answered`, seen: describeProbe(result) };
  }
  const pods = new Set(held.flatMap(({ serverSaw }) => serverSaw?.server ?? []));
  if (distinctPods !== undefined && !isWithin(pods.size, distinctPods)) {
    return {
      expected: `answers from ${formatBounds(distinctPods)} different pods`,
      seen: `${pods.size}: ${describeProbe(result)}`,
    };
  }
  return undefined;
}

/** What is asked of each attempt. */
export function judgeAttempt(
  attempt: ProbeAttempt,
  expectation: ProbeExpectation,
  meanings: Meanings,
): Mismatch | undefined {
  const { reason, answered, outageMs } = expectation;
  const isReasonRight = reason === undefined || attempt.reason === reason;
  const isCounted = answered !== undefined || outageMs !== undefined;
  // Where it is counted how many succeed, of the others nothing is asked but why they did not.
  const isOutcomeRight = !isCounted
    ? attempt.ok === isSuccessWanted(expectation, attempt) && isReasonRight
    : attempt.ok || isReasonRight;
  if (!isOutcomeRight) return { expected: expectedOutcome(expectation), seen: outcome(attempt) };
  if (isCounted && !attempt.ok) return undefined;
  return (
    judgeValues(attempt, expectation, meanings) ??
    judgeServerSaw(attempt, expectation.serverSaw, meanings) ??
    judgeHops(attempt, expectation, meanings)
  );
}

/** A name that is expected to have no address is no failure, whatever it is to who asked. */
function isSuccessWanted(
  { ok, reason, answers, rcode }: ProbeExpectation,
  attempt: ProbeAttempt,
): boolean {
  const isNoName = answers?.length === 0 || (rcode !== undefined && rcode !== "NOERROR");
  if (reason === undefined && isNoName && attempt.reason === "no such name") return false;
  return ok && reason === undefined;
}

/** Also of an attempt that failed: how long it took and what the name server said are known. */
function judgeValues(
  attempt: ProbeAttempt,
  { status, ttl, latencyMs, throughput, body, rcode, answers, queries }: ProbeExpectation,
  meanings: Meanings,
): Mismatch | undefined {
  const lastQueries = queriesOfLastName(attempt);
  // An alias comes with A and with AAAA.
  const data = [
    ...new Set(lastQueries.flatMap(({ answers: found }) => found.map((each) => each.data))),
  ];
  return (
    judgeEqual("status", attempt.status, status) ??
    judgeEqual("TTL", attempt.ttl, ttl) ??
    judgeEqual("rcode", lastQueries[0]?.rcode, rcode) ??
    judgeEqual("answers", list(data), answers && list(answers.map(meanings.text))) ??
    judgeQueries(attempt.queries ?? [], queries) ??
    (latencyMs !== undefined && !isWithin(attempt.latencyMs, latencyMs)
      ? {
          expected: `latency of ${formatBounds(latencyMs)} ms`,
          seen: `${attempt.latencyMs.toFixed(2)} ms`,
        }
      : undefined) ??
    judgeThroughput(attempt, throughput) ??
    judgeText("body", attempt.body ?? "", body, meanings.text)
  );
}

function judgeThroughput(
  { transfer }: ProbeAttempt,
  expected: Bounds | undefined,
): Mismatch | undefined {
  if (expected === undefined || transfer === undefined) return undefined;
  if (isWithin(transfer.bitsPerSecond, expected)) return undefined;
  const wanted = formatBounds(expected, formatRate);
  return { expected: `throughput of ${wanted}`, seen: formatRate(transfer.bitsPerSecond) };
}

/** A and AAAA of the name that had an answer, or was the last to be tried. */
function queriesOfLastName({ queries = [] }: ProbeAttempt): readonly DnsQuerySeen[] {
  const name = queries.at(-1)?.name;
  return queries.filter((query) => query.name === name);
}

/** In an order that says nothing. */
function list(texts: readonly string[]): string {
  return [...texts].sort().join(" ") || "none";
}

function judgeServerSaw(
  attempt: ProbeAttempt,
  expected: ServerSawExpectation | undefined,
  meanings: Meanings,
): Mismatch | undefined {
  if (expected === undefined) return undefined;
  const { serverSaw: seen } = attempt;
  if (seen === undefined) {
    return {
      expected: "to know what the server saw",
      seen: attempt.ok
        ? "an answer, but not from podwire's own responder: no other server tells"
        : outcome(attempt),
    };
  }
  const { source, sourcePort, destination, destinationPort, pod, host } = expected;
  const { server } = seen;
  return (
    judgeAddress("source", seen.source.address, source, meanings) ??
    judgeEqual("source port", seen.source.port, sourcePort) ??
    judgeAddress("destination", seen.destination.address, destination, meanings) ??
    judgeEqual("destination port", seen.destination.port, destinationPort) ??
    judgeEqual("host", server, host) ??
    (pod !== undefined && !meanings.podNames(pod).includes(server)
      ? { expected: `an answer from ${formatWhere(pod)}`, seen: `an answer from ${server}` }
      : undefined)
  );
}

function judgeAddress(
  what: string,
  seen: string,
  expected: AddressExpectation | undefined,
  meanings: Meanings,
): Mismatch | undefined {
  if (expected === undefined) return undefined;
  const addresses = meanings.addresses(expected);
  if (addresses.includes(seen)) return undefined;
  const places = expected.anyOf.map(formatReference).join(" or ");
  return { expected: `${what} ${places} (${addresses.join(", ")})`, seen: `${what} ${seen}` };
}

function judgeHops(
  { hops = [] }: ProbeAttempt,
  { hops: expected }: ProbeExpectation,
  meanings: Meanings,
): Mismatch | undefined {
  if (expected === undefined) return undefined;
  const holds =
    hops.length === expected.length &&
    expected.every((hop, index) => {
      const address = hops[index]?.address;
      return hop === "*"
        ? address === undefined
        : address !== undefined && meanings.addresses(hop).includes(address);
    });
  if (holds) return undefined;
  const name = (hop: AddressExpectation | "*"): string =>
    hop === "*" ? "*" : hop.anyOf.map(formatReference).join(" or ");
  return {
    expected: `hops ${expected.map(name).join(" / ")}`,
    seen: `hops ${hops.map(({ address }) => address ?? "*").join(" / ")}`,
  };
}

function firstMismatch(
  attempts: readonly ProbeAttempt[],
  judge: (attempt: ProbeAttempt) => Mismatch | undefined,
): Mismatch | undefined {
  for (const [index, attempt] of attempts.entries()) {
    const mismatch = judge(attempt);
    if (mismatch === undefined) continue;
    const which = attempts.length === 1 ? "" : ` (attempt ${index + 1} of ${attempts.length})`;
    return { expected: mismatch.expected, seen: `${mismatch.seen}${which}` };
  }
  return undefined;
}

function expectedOutcome({ ok, reason }: ProbeExpectation): string {
  if (reason !== undefined) return `to fail: ${reason}`;
  return ok ? "an answer" : "no answer";
}

function outcome({ ok, reason, message, serverSaw }: ProbeAttempt): string {
  if (!ok) return message ?? reason ?? "no answer";
  return serverSaw === undefined
    ? "an answer"
    : `an answer from ${serverSaw.server}, which saw ${formatSocket(serverSaw.source)}`;
}

function formatReference({
  where,
  interface: device,
  family,
}: AddressExpectation["anyOf"][number]): string {
  const place = device === undefined ? formatWhere(where) : `${formatWhere(where)}:${device}`;
  if (family === undefined) return place;
  return `${place} ${family === "ipv4" ? "IPv4" : "IPv6"}`;
}
