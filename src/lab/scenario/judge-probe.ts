/** Does what a probe saw hold against what the scenario expects? Pure. */
import { describeProbe, formatSocket } from "../../observe/describe-probe.ts";
import type { ProbeAttempt, ProbeResult, ServerSaw } from "../../observe/probe.ts";
import type {
  AddressExpectation,
  Bounds,
  ProbeExpectation,
  ServerSawExpectation,
  TextExpectation,
} from "../../topology/expectation.ts";
import type { Template } from "../../topology/template.ts";
import { formatInterfacePlace, formatWhere } from "../../topology/where.ts";

/** What places mean while the scenario runs. */
export interface Meanings {
  readonly addresses: (expectation: AddressExpectation) => readonly string[];
  /** `vote/redis-0` for each pod of the place. */
  readonly podNames: (place: NonNullable<ServerSawExpectation["pod"]>) => readonly string[];
  readonly text: (template: Template) => string;
}

/** What was asked for and what was seen instead. */
export interface Mismatch {
  readonly expected: string;
  readonly seen: string;
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
function judgeTotals(
  result: ProbeResult,
  { answered, distinctPods }: ProbeExpectation,
): Mismatch | undefined {
  const held = result.attempts.filter(({ ok }) => ok);
  if (answered !== undefined && !within(held.length, answered)) {
    return { expected: `${formatBounds(answered)} answered`, seen: describeProbe(result) };
  }
  const pods = new Set(held.flatMap(({ serverSaw }) => serverSaw?.server ?? []));
  if (distinctPods !== undefined && !within(pods.size, distinctPods)) {
    return {
      expected: `answers from ${formatBounds(distinctPods)} different pods`,
      seen: `${pods.size}: ${describeProbe(result)}`,
    };
  }
  return undefined;
}

function judgeAttempt(
  attempt: ProbeAttempt,
  expectation: ProbeExpectation,
  meanings: Meanings,
): Mismatch | undefined {
  const { ok, reason, answered } = expectation;
  if (answered === undefined && attempt.ok !== (ok && reason === undefined)) {
    return { expected: expectedOutcome(expectation), seen: outcome(attempt) };
  }
  if (reason !== undefined && attempt.reason !== reason) {
    return { expected: expectedOutcome(expectation), seen: outcome(attempt) };
  }
  if (!attempt.ok) return undefined;
  return (
    judgeValues(attempt, expectation, meanings) ??
    judgeServerSaw(attempt.serverSaw, expectation.serverSaw, meanings) ??
    judgeHops(attempt, expectation, meanings)
  );
}

function judgeValues(
  attempt: ProbeAttempt,
  { status, ttl, latencyMs, body, rcode, answers }: ProbeExpectation,
  meanings: Meanings,
): Mismatch | undefined {
  const lastQuery = attempt.queries?.at(-1);
  const data = lastQuery?.answers.map((answer) => answer.data).sort() ?? [];
  const wanted = answers?.map(meanings.text).sort();
  return (
    judgeEqual("status", attempt.status, status) ??
    judgeEqual("TTL", attempt.ttl, ttl) ??
    judgeEqual("rcode", lastQuery?.rcode, rcode) ??
    judgeEqual("answers", data.join(" "), wanted?.join(" ")) ??
    (latencyMs !== undefined && !within(attempt.latencyMs, latencyMs)
      ? {
          expected: `latency of ${formatBounds(latencyMs)} ms`,
          seen: `${attempt.latencyMs.toFixed(2)} ms`,
        }
      : undefined) ??
    judgeText("body", attempt.body ?? "", body, meanings)
  );
}

function judgeServerSaw(
  seen: ServerSaw | undefined,
  expected: ServerSawExpectation | undefined,
  meanings: Meanings,
): Mismatch | undefined {
  if (expected === undefined) return undefined;
  if (seen === undefined) {
    return {
      expected: "to know what the server saw",
      seen: "an answer, but not from podwire's own responder: no other server tells",
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

/** Shared with `exec`: each given condition must hold. */
export function judgeText(
  what: string,
  seen: string,
  expected: TextExpectation | undefined,
  meanings: Pick<Meanings, "text">,
): Mismatch | undefined {
  if (expected === undefined) return undefined;
  const equals = expected.equals && meanings.text(expected.equals);
  const contains = expected.contains && meanings.text(expected.contains);
  // A program's last newline is punctuation, not content.
  const content = seen.replace(/\n$/, "");
  if (equals !== undefined && content !== equals.replace(/\n$/, "")) {
    return { expected: `${what} ${JSON.stringify(equals)}`, seen: `${what} ${quote(seen)}` };
  }
  if (contains !== undefined && !seen.includes(contains)) {
    return {
      expected: `${what} with ${JSON.stringify(contains)} in it`,
      seen: `${what} ${quote(seen)}`,
    };
  }
  if (expected.matches !== undefined && !new RegExp(expected.matches, "us").test(seen)) {
    return { expected: `${what} like /${expected.matches}/`, seen: `${what} ${quote(seen)}` };
  }
  return undefined;
}

function judgeEqual<T extends string | number>(
  what: string,
  seen: T | undefined,
  expected: T | undefined,
): Mismatch | undefined {
  if (expected === undefined || seen === expected) return undefined;
  return { expected: `${what} ${expected}`, seen: `${what} ${seen ?? "none"}` };
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

function within(value: number, { atLeast, atMost }: Bounds): boolean {
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
}

/** `4`, `at least 1`, `at most 3`, `1 to 3`. */
export function formatBounds({ atLeast, atMost }: Bounds): string {
  if (atLeast === undefined) return `at most ${atMost}`;
  if (atMost === undefined) return `at least ${atLeast}`;
  return atLeast === atMost ? `${atLeast}` : `${atLeast} to ${atMost}`;
}

function formatReference(place: AddressExpectation["anyOf"][number]): string {
  const { where, interface: device } = place;
  if (where.type === "service" || where.type === "address") return formatWhere(where);
  return formatInterfacePlace({ where, interface: device });
}

/** At most a line or two of what a program or a server said. */
function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
