/** What the steps of a scenario share while they are read, and how they read places. */
import type { TopologyErrorCode } from "../../../base/podwire-error.ts";
import type { ReadManifest } from "../../manifests/read-manifests.ts";
import {
  parseReference,
  parseTemplate,
  type ReferencePlace,
  type Template,
} from "../../scenario/template.ts";
import type { Problem } from "../../source/problem.ts";
import { type Aim, at, problemAt, type Spot } from "../../source/source.ts";
import { parseTarget } from "../../where/parse-target.ts";
import { parseInterfacePlace, parseWhere } from "../../where/parse-where.ts";
import type { Parsed } from "../../where/parsed.ts";
import { placeKinds } from "../../where/place-kinds.ts";
import type {
  InterfacePlace,
  Machine,
  ServicePlace,
  Target,
  Where,
  WorkloadKind,
} from "../../where/where.ts";

/** What is wrong with a display filter, as the filter parser says it. */
export interface FilterFault {
  /** From the start of the filter, in characters. */
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

export type CheckFilter = (text: string) => FilterFault | undefined;

/**
 * Whether a probe can go without a port: never (tcp), unless it is to a Service
 * with several (http, whose own is 80), or always.
 */
export type PortNeed = "always" | "of-services" | "never";

/** A place that a step names, to be looked up once everything is known. */
export interface Mention {
  readonly where: Where;
  /** Of a Service, as written. */
  readonly port: number | string | undefined;
  readonly needsPort: PortNeed;
  readonly spot: Spot;
  readonly aim: Aim;
}

export interface StepContext {
  readonly report: (problem: Problem) => void;
  readonly mention: (mention: Mention) => void;
  readonly checkFilter: CheckFilter;
  /** The objects of an `apply` step. */
  readonly readObjects: (raw: unknown, spot: Spot) => readonly ReadManifest[];
  /** Every place captured so far, in the order of the steps. */
  readonly captured: InterfacePlace[];
}

/** Reports at a spot; answers undefined, for the caller to return. */
export function refuse(
  context: StepContext,
  spot: Spot,
  message: string,
  options: { readonly hint?: string | undefined; readonly code?: TopologyErrorCode } & Aim = {},
): undefined {
  const { code = "TOPOLOGY_BAD_VALUE", ...rest } = options;
  context.report(problemAt(spot, code, message, rest));
}

export function readWhere(context: StepContext, text: string, spot: Spot): Where | undefined {
  const where = unwrap(context, parseWhere(text), spot);
  if (where !== undefined) mention(context, where, spot);
  return where;
}

export function readInterfacePlace(
  context: StepContext,
  text: string,
  spot: Spot,
): InterfacePlace | undefined {
  const place = unwrap(context, parseInterfacePlace(text), spot);
  if (place !== undefined) mention(context, place.where, spot);
  return place;
}

/** A machine as a whole: an interface makes no sense here. */
export function readMachine(context: StepContext, text: string, spot: Spot): Machine | undefined {
  const place = readInterfacePlace(context, text, spot);
  if (place?.interface === undefined) return place?.where;
  return refuse(context, spot, `${text}: names an interface`, {
    hint: `write ${text.slice(0, text.indexOf(":"))}`,
  });
}

export function readTarget(
  context: StepContext,
  text: string,
  spot: Spot,
  needsPort: PortNeed,
): Target | undefined {
  const target = unwrap(context, parseTarget(text), spot);
  if (target === undefined) return undefined;
  const { where, port } = target;
  context.mention({ where, port, needsPort, spot, aim: {} });
  return target;
}

/** Text with `${…}`, each of which is looked up. */
export function readTemplate(context: StepContext, text: string, spot: Spot): Template | undefined {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    for (const { message, hint, offset, length } of parsed.faults) {
      refuse(context, spot, message, { hint, offset, length });
    }
    return undefined;
  }
  for (const part of parsed.value.parts) {
    if (part.type === "text") continue;
    const aim = { offset: part.offset + 2, length: part.length - 3 };
    context.mention({
      where: part.place.where,
      port: undefined,
      needsPort: "never",
      spot,
      aim,
    });
  }
  return parsed.value;
}

/** A place whose address is meant, with or without `${…}` around it. */
export function readReference(
  context: StepContext,
  text: string,
  spot: Spot,
): ReferencePlace | undefined {
  const bare = text.replace(/^\$\{(.*)\}$/, "$1");
  const place = unwrap(context, parseReference(bare), spot);
  if (place !== undefined) mention(context, place.where, spot);
  return place;
}

/** `NAMESPACE/NAME`, or a name in `default`; the kind may stand in front of it all the same. */
export function readService(
  context: StepContext,
  text: string,
  spot: Spot,
): ServicePlace | undefined {
  const where = readOfKind(context, text, "svc", spot);
  if (where === undefined || where.type === "service") return where;
  return refuse(context, spot, `${text}: is no Service`, { hint: "write NAMESPACE/NAME" });
}

export function readWorkload(
  context: StepContext,
  text: string,
  kind: WorkloadKind,
  spot: Spot,
): (Where & { readonly type: "workload" }) | undefined {
  const where = readOfKind(context, text, kind.toLowerCase(), spot);
  if (where === undefined) return undefined;
  if (where.type === "workload" && where.kind === kind) return where;
  return refuse(context, spot, `${text}: is no ${kind}`, { hint: "write NAMESPACE/NAME" });
}

/** Each entry of a text or a list of texts, with its spot. */
export function entriesOf(
  value: string | readonly string[],
  spot: Spot,
): ReadonlyArray<readonly [string, Spot]> {
  return typeof value === "string"
    ? [[value, spot]]
    : value.map((text, index): readonly [string, Spot] => [text, at(spot, index)]);
}

function readOfKind(
  context: StepContext,
  text: string,
  kind: string,
  spot: Spot,
): Where | undefined {
  const [first = "", ...rest] = text.split("/");
  const hasKind =
    rest.length === 2 || (rest.length === 1 && parseWhere(text).ok && isKindWord(first));
  return readWhere(context, hasKind ? text : `${kind}/${text}`, spot);
}

function isKindWord(word: string): boolean {
  return placeKinds.some((kind) => kind === word) || word === "deployment" || word === "service";
}

function mention(context: StepContext, where: Where, spot: Spot): void {
  context.mention({ where, port: undefined, needsPort: "never", spot, aim: {} });
}

function unwrap<T>(context: StepContext, parsed: Parsed<T>, spot: Spot): T | undefined {
  if (parsed.ok) return parsed.value;
  const { message, hint } = parsed.fault;
  return refuse(context, spot, message, { hint });
}
