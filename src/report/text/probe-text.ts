import { describeAttempt } from "../../observe/describe-probe.ts";
import type { ProbeAttempt, ProbeResult } from "../../observe/probe.ts";
import { type Paint, painter } from "./paint.ts";
import { alignRows } from "./table.ts";

/**
 * What `podwire probe` prints:
 *
 *     tcp deploy/vote/vote → svc/vote/redis:6379 (10.96.14.3:6379)
 *       ✓ 0.41 ms, answered by vote/redis-5c5f7b7d9d-x2k4q, which saw 10.244.1.2:40312
 */
export function renderProbe(result: ProbeResult, colour: "colour" | "plain"): string {
  const paint = painter(colour);
  const { kind, from, to, target, attempts } = result;
  const means = target === to ? "" : ` (${target})`;
  return `${paint("bold", `${kind} ${from} → ${to}`)}${means}\n${attempts
    .map(
      (attempt) =>
        `  ${mark(attempt.ok, paint)} ${describe(kind, attempt)}\n${answerBody(attempt.body)}`,
    )
    .join("")}`;
}

/** Of names every query has a line: which were asked for, in which order, is what there is to see. */
function describe(kind: ProbeResult["kind"], attempt: ProbeAttempt): string {
  const { queries = [], ...rest } = attempt;
  if (kind !== "dns" || queries.length === 0) return describeAttempt(attempt);
  const rows = queries.map(({ name, type, rcode, reason, answers }) => [
    name,
    type,
    answers.map(({ data }) => data).join(" ") || rcode || reason || "no answer",
  ]);
  const lines = alignRows(rows).map((line) => `      ${line}`);
  return [describeAttempt(rest), ...lines].join("\n");
}

function mark(ok: boolean, paint: Paint): string {
  return ok ? paint("green", "✓") : paint("red", "✗");
}

/** At most ten lines of what the server said, indented. */
function answerBody(body: string | undefined): string {
  if (body === undefined || body.trim() === "") return "";
  const lines = body.trimEnd().split("\n");
  const shown = lines.slice(0, 10).map((line) => `      ${line}\n`);
  return lines.length > 10 ? `${shown.join("")}      …\n` : shown.join("");
}
