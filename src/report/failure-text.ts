import type { StepFailure } from "../observe/event.ts";

/** A failure in plain lines, for every reporter: what was wanted, what was seen, where to look. */
export function failureLines(failure: StepFailure): readonly string[] {
  const {
    message,
    expected,
    seen,
    again,
    packets = [],
    packetsLeftOut = 0,
    hint,
    location,
  } = failure;
  const lines = [message];
  if (location !== undefined) lines.push(`at ${location.file}:${location.line}:${location.column}`);
  if (expected !== undefined) lines.push(`expected  ${expected}`);
  if (seen !== undefined) lines.push(`seen      ${seen}`);
  if (again !== undefined) lines.push(`again     ${again}`);
  if (packets.length > 0) lines.push("packets", ...packets.map((packet) => `  ${packet}`));
  if (packetsLeftOut > 0) lines.push(`  … and ${packetsLeftOut} more`);
  if (hint !== undefined) lines.push(`hint      ${hint}`);
  for (const { title, path } of failure.artifacts) lines.push(`${title.padEnd(9)} ${path}`);
  return lines;
}
