import { setTimeout as delay } from "node:timers/promises";
import { type CapturedPacket, decodeCaptured } from "../../../observe/captured-packet.ts";
import type { PacketsStep } from "../../../topology/scenario.ts";
import { compileFilter } from "../../../wire/filter/compile.ts";
import type { FrameFacts } from "../../../wire/filter/field.ts";
import { describePacket } from "../../../wire/packet/describe-packet.ts";
import { formatBounds } from "../judge-probe.ts";
import { interfaceName, meaningsIn, type StepContext } from "../step-context.ts";
import { StepFailed } from "../step-failed.ts";

/** A screenful. */
const SHOWN_PACKETS = 20;
/** How often to look again while a step waits for packets that have not come. */
const LOOK_AGAIN_MS = 20;

/** @throws StepFailed when more or fewer packets match than the step allows. */
export async function runPackets(step: PacketsStep, context: StepContext): Promise<string> {
  const filter = meaningsIn(context.lab).text(step.where);
  const matches = compileFilter(filter);
  const seen = await look(step, context, matches);
  const { expect } = step;
  const places = seen.interfaces.join(", ");
  const summary = `${seen.matching.length} of ${seen.all} packets at ${places}`;
  if (isWithin(seen.matching.length, step)) return summary;
  const tooMany = seen.matching.length > (expect.atMost ?? Number.POSITIVE_INFINITY);
  // Too many: which. Too few: what there was instead.
  const shown = tooMany ? seen.matching : seen.others;
  throw new StepFailed("PACKETS_UNEXPECTED", `${summary} match ${filter}`, {
    expected: `${expect.atMost === 0 ? "none" : formatBounds(expect)} with ${filter}`,
    seen: tooMany ? `${seen.matching.length}` : `${seen.matching.length}, among these`,
    packets: shown.slice(0, SHOWN_PACKETS).map(line),
    packetsLeftOut: Math.max(0, shown.length - SHOWN_PACKETS),
    at: step.location,
  });
}

interface Seen {
  readonly interfaces: readonly string[];
  readonly matching: readonly FrameFacts[];
  readonly others: readonly FrameFacts[];
  readonly all: number;
}

/**
 * Looks once; with `within` again until the expectation holds, or, when what is
 * expected is an upper bound, until the time is over.
 */
async function look(
  step: PacketsStep,
  { lab, captures, signal }: StepContext,
  matches: (packet: FrameFacts) => boolean,
): Promise<Seen> {
  const interfaces =
    step.at.length === 0 ? captures.interfaces : step.at.map((place) => interfaceName(lab, place));
  const deadline = performance.now() + (step.withinMs ?? 0);
  const isUpperBound = step.expect.atMost !== undefined;
  for (;;) {
    const seen = sort(await captures.packets(interfaces), interfaces, matches);
    const decided = isWithin(seen.matching.length, step) !== isUpperBound;
    if (decided || performance.now() >= deadline) return seen;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

function sort(
  packets: readonly CapturedPacket[],
  interfaces: readonly string[],
  matches: (packet: FrameFacts) => boolean,
): Seen {
  const decoded = decodeCaptured(packets);
  const matching = decoded.filter(matches);
  const others = decoded.filter((packet) => !matching.includes(packet));
  return { interfaces, matching, others, all: decoded.length };
}

function isWithin(
  count: number,
  { expect: { atLeast = 0, atMost = Infinity } }: PacketsStep,
): boolean {
  return count >= atLeast && count <= atMost;
}

function line({ interfaceName: name, layers }: FrameFacts): string {
  return `${name}  ${describePacket(layers)}`;
}
