import { describeAttempt } from "../../observe/describe-probe.ts";
import type { ProbeResult } from "../../observe/probe.ts";
import { type Paint, painter } from "./paint.ts";

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
        `  ${mark(attempt.ok, paint)} ${describeAttempt(attempt)}\n${answerBody(attempt.body)}`,
    )
    .join("")}`;
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
