/** Which DNS queries a probe made, held against those that are expected. */
import type { DnsQuerySeen } from "../../observe/probe.ts";
import type { QueryExpectation } from "../../topology/scenario/expectation.ts";
import type { Mismatch } from "./mismatch.ts";

/** All of them, in order. An expectation without a type stands for all queries of its name that come one after the other. */
export function judgeQueries(
  seen: readonly DnsQuerySeen[],
  expected: readonly QueryExpectation[] | undefined,
): Mismatch | undefined {
  if (expected === undefined || holds(seen, expected)) return undefined;
  return {
    expected: `queries ${expected.map(formatExpected).join("; ") || "none"}`,
    seen: `queries ${seen.map(formatSeen).join("; ") || "none"}`,
  };
}

function holds(seen: readonly DnsQuerySeen[], expected: readonly QueryExpectation[]): boolean {
  let rest = seen;
  for (const each of expected) {
    const count = matching(rest, each);
    if (count === 0) return false;
    rest = rest.slice(count);
  }
  return rest.length === 0;
}

/** How many of the first queries are the expected one. */
function matching(seen: readonly DnsQuerySeen[], expected: QueryExpectation): number {
  const end = seen.findIndex((query) => !isOne(query, expected));
  const run = end === -1 ? seen.length : end;
  return expected.type === undefined ? run : Math.min(run, 1);
}

function isOne({ name, type, rcode }: DnsQuerySeen, expected: QueryExpectation): boolean {
  return (
    name.toLowerCase() === expected.name.toLowerCase() &&
    (expected.type === undefined || expected.type === type) &&
    (expected.rcode === undefined || expected.rcode === rcode)
  );
}

function formatExpected({ name, type, rcode }: QueryExpectation): string {
  return [name, type, rcode].filter((word) => word !== undefined).join(" ");
}

function formatSeen({ name, type, rcode, reason }: DnsQuerySeen): string {
  return `${name} ${type} ${rcode ?? reason ?? ""}`.trim();
}
