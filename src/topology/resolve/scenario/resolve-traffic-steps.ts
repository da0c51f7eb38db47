/** Steps that watch, send and run: capture, packets, exec. */

import type { RawExecExpectation } from "../../raw/scenario/raw-expectation.ts";
import type { RawExec, RawPackets } from "../../raw/scenario/raw-step.ts";
import { parseDurationMs } from "../../scalars.ts";
import type { Bounds } from "../../scenario/expectation.ts";
import type { CaptureStep, ExecStep, PacketsStep } from "../../scenario/scenario.ts";
import { fillTemplate, type ReferencePlace, type Template } from "../../scenario/template.ts";
import { at, type Spot } from "../../source/source.ts";
import { formatInterfacePlace, formatWhere } from "../../where/format-where.ts";
import type { InterfacePlace } from "../../where/where.ts";
import { resolveBounds, resolveExecExpectation } from "./resolve-expectation.ts";
import {
  entriesOf,
  readInterfacePlace,
  readMachine,
  readTemplate,
  refuse,
  type StepContext,
} from "./step-context.ts";

/** A step without what all steps have: title and location. */
export type Body<T> = Omit<T, "title" | "location" | "expectLocation">;

export function resolveCapture(
  context: StepContext,
  raw: string | readonly string[],
  spot: Spot,
): Body<CaptureStep> {
  const places = readPlaces(context, raw, spot).map(([place]) => place);
  context.captured.push(...places);
  return { type: "capture", at: places };
}

export function resolvePackets(
  context: StepContext,
  raw: RawPackets,
  spot: Spot,
): Body<PacketsStep> | undefined {
  const places = readPlaces(context, raw.at ?? [], at(spot, "at"));
  checkCaptured(context, raw, places, spot);
  const where = readFilter(context, raw.where, at(spot, "where"));
  if (where === undefined) return undefined;
  return {
    type: "packets",
    at: places.map(([place]) => place),
    where,
    expect: resolvePacketCount(raw.expect),
    withinMs: raw.within === undefined ? undefined : parseDurationMs(raw.within),
  };
}

export function resolveExec(
  context: StepContext,
  raw: RawExec,
  expect: RawExecExpectation,
  spot: Spot,
  expectSpot: Spot,
): Body<ExecStep> | undefined {
  const machine = readMachine(context, raw.at, at(spot, "at"));
  const words = entriesOf(raw.command, at(spot, "command")).flatMap(
    ([text, entry]): readonly Template[] => {
      const template = readTemplate(context, text, entry);
      return template === undefined ? [] : [template];
    },
  );
  const expectation = resolveExecExpectation(context, expect, expectSpot);
  if (machine === undefined) return undefined;
  const shell = ["sh", "-c"].map((text): Template => ({ text, parts: [{ type: "text", text }] }));
  return {
    type: "exec",
    at: machine,
    command: typeof raw.command === "string" ? [...shell, ...words] : words,
    timeoutMs: raw.timeout === undefined ? 30_000 : parseDurationMs(raw.timeout),
    expect: expectation,
  };
}

function readPlaces(
  context: StepContext,
  raw: string | readonly string[],
  spot: Spot,
): ReadonlyArray<readonly [InterfacePlace, Spot]> {
  return entriesOf(raw, spot).flatMap(([text, entry]) => {
    const place = readInterfacePlace(context, text, entry);
    return place === undefined ? [] : [[place, entry] as const];
  });
}

/** Packets that nobody recorded cannot be counted. */
function checkCaptured(
  context: StepContext,
  raw: RawPackets,
  places: ReadonlyArray<readonly [InterfacePlace, Spot]>,
  spot: Spot,
): void {
  const { captured } = context;
  const code = "TOPOLOGY_BAD_STEP";
  if (raw.at === undefined && captured.length === 0) {
    const hint = "put a `capture` step before it";
    refuse(context, spot, "packets: nothing is captured yet", { code, hint });
  }
  for (const [place, entry] of places) {
    const text = formatInterfacePlace(place);
    if (captured.some((other) => covers(other, place))) continue;
    const message = `packets at ${text}: no step before this captures there`;
    refuse(context, entry, message, { code, hint: `add ${text} to a \`capture\` step` });
  }
}

/** True when whoever captures at `captured` captures at `place`: of a workload, at each of its pods. */
function covers(captured: InterfacePlace, place: InterfacePlace): boolean {
  const { where, interface: name = "eth0" } = captured;
  if (name !== (place.interface ?? "eth0")) return false;
  if (formatWhere(where) === formatWhere(place.where)) return true;
  return (
    where.type === "workload" &&
    place.where.type === "pod" &&
    place.where.namespace === where.namespace &&
    place.where.name.startsWith(`${where.name}-`)
  );
}

/** Stands for `${…}` while the filter is checked: any address of its family has the same place in the grammar. */
function placeholderOf({ where, family }: ReferencePlace): string {
  const isIpv6 = family === "ipv6" || (where.type === "address" && where.address.includes(":"));
  return isIpv6 ? "2001:db8::1" : "192.0.2.1";
}

function readFilter(context: StepContext, text: string, spot: Spot): Template | undefined {
  const template = readTemplate(context, text, spot);
  if (template === undefined) return undefined;
  const fault = context.checkFilter(fillTemplate(template, placeholderOf));
  if (fault === undefined) return template;
  const { message, hint } = fault;
  const start = offsetInSource(template, fault.offset);
  const end = Math.max(start + 1, offsetInSource(template, fault.offset + fault.length));
  const code = "TOPOLOGY_BAD_FILTER";
  return refuse(context, spot, message, { code, hint, offset: start, length: end - start });
}

/** Where a character of the filled text stands in the text with `${…}`. */
function offsetInSource({ parts, text }: Template, filled: number): number {
  let filledStart = 0;
  let start = 0;
  for (const part of parts) {
    const isText = part.type === "text";
    const filledLength = isText ? part.text.length : placeholderOf(part.place).length;
    const length = isText ? part.text.length : part.length;
    if (filled < filledStart + filledLength) return isText ? start + filled - filledStart : start;
    filledStart += filledLength;
    start += length;
  }
  return text.length;
}

function resolvePacketCount(raw: RawPackets["expect"]): Bounds {
  switch (raw) {
    case undefined:
    case "some":
      return { atLeast: 1, atMost: undefined };
    case "none":
      return { atLeast: 0, atMost: 0 };
    default:
      return resolveBounds(raw);
  }
}
