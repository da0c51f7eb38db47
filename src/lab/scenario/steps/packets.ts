import { setTimeout as delay } from "node:timers/promises";
import { type CapturedPacket, decodeCaptured } from "../../../observe/captured-packet.ts";
import type { PacketsStep } from "../../../topology/scenario/scenario.ts";
import { compileFilter } from "../../../wire/filter/compile.ts";
import type { FrameFacts } from "../../../wire/filter/field.ts";
import { describePacket } from "../../../wire/packet/describe-packet.ts";
import { formatBounds, isWithin } from "../bounds.ts";
import { interfaceNames, meaningsIn, type StepContext } from "../step-context.ts";
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
  if (isWithin(seen.matching.length, expect)) return `${summary}${sizesOf(seen.matching)}`;
  const tooMany = seen.matching.length > (expect.atMost ?? Number.POSITIVE_INFINITY);
  // Too many: which. Too few: what there was instead.
  const shown = tooMany ? seen.matching : seen.others;
  throw new StepFailed("PACKETS_UNEXPECTED", `${summary} match ${filter}`, {
    expected: `${expect.atMost === 0 ? "none" : formatBounds(expect)} with ${filter}`,
    seen: `${seen.matching.length}${tooMany || shown.length === 0 ? "" : ", among these"}`,
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
 * Looks once; with `within` again until the expectation holds and no later packet can change
 * that, until there are too many, or until the time is over.
 */
async function look(
  step: PacketsStep,
  { lab, captures, signal }: StepContext,
  matches: (packet: FrameFacts) => boolean,
): Promise<Seen> {
  const interfaces =
    step.at.length === 0
      ? captures.interfaces
      : step.at.flatMap((place) => interfaceNames(lab, place));
  const deadline = performance.now() + (step.withinMs ?? 0);
  const { atMost = Number.POSITIVE_INFINITY } = step.expect;
  for (;;) {
    const seen = divide(await captures.packets(interfaces), interfaces, matches);
    const { length: count } = seen.matching;
    const isFinal = atMost === Number.POSITIVE_INFINITY && isWithin(count, step.expect);
    if (isFinal || count > atMost || performance.now() >= deadline) return seen;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

function divide(
  packets: readonly CapturedPacket[],
  interfaces: readonly string[],
  matches: (packet: FrameFacts) => boolean,
): Seen {
  const matching: FrameFacts[] = [];
  const others: FrameFacts[] = [];
  for (const packet of decodeCaptured(packets)) (matches(packet) ? matching : others).push(packet);
  return { interfaces, matching, others, all: packets.length };
}

/** As a wire carries them, from the Ethernet header on. */
function sizesOf(packets: readonly FrameFacts[]): string {
  const sizes = packets.map(({ originalLength }) => originalLength);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (sizes.length === 0) return "";
  return `, of ${least === most ? least : `${least} to ${most}`} bytes`;
}

function line({ interfaceName: name, layers }: FrameFacts): string {
  return `${name}  ${describePacket(layers)}`;
}
