import type { StepFailure } from "../../observe/event.ts";

/** A failure in plain lines, for every reporter: what was wanted, what was seen, where to look. */
export function failureLines(failure: StepFailure): readonly string[] {
  const packets = failurePackets(failure);
  return [
    ...failure.message.split("\n"),
    ...failureFacts(failure).map(([name, value]) =>
      name === "at" ? `at ${value}` : line(name, value),
    ),
    ...(packets.length > 0 ? ["packets", ...packets.map((packet) => `  ${packet}`)] : []),
    ...(failure.hint === undefined ? [] : [line("hint", failure.hint)]),
    ...failure.artifacts.map(({ title, path }) => line(title, path)),
  ];
}

/** What can be told in few words each: where in the file, what was wanted, what was seen. */
export function failureFacts({
  location,
  expected,
  seen,
  again,
}: StepFailure): ReadonlyArray<readonly [name: string, value: string]> {
  const facts = {
    at: location && `${location.file}:${location.line}:${location.column}`,
    expected,
    seen,
    again,
  };
  return Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
}

/** A line each, and how many more there were. */
export function failurePackets({
  packets = [],
  packetsLeftOut = 0,
}: StepFailure): readonly string[] {
  return packetsLeftOut > 0 ? [...packets, `… and ${packetsLeftOut} more`] : packets;
}

function line(name: string, value: string): string {
  return `${name.padEnd(9)} ${value}`;
}
