/**
 * A set of fields of an object, as `managedFields` keep it (FieldsV1): a tree of
 * steps, in which the fields themselves are marked. `.` inside a step marks it
 * when steps below it are in the set as well.
 */
import { isRecord } from "../../decoding/check-schema.ts";
import { formatElement } from "./path-element.ts";

export interface FieldSet {
  /** Whether what the steps lead to is itself in the set. */
  readonly isMember: boolean;
  readonly below: ReadonlyMap<string, FieldSet>;
}

export const noFields: FieldSet = { isMember: false, below: new Map() };
export const oneField: FieldSet = { isMember: true, below: new Map() };

/** Leaves out the steps that lead to nothing. */
export function fieldSet(
  isMember: boolean,
  below: Iterable<readonly [string, FieldSet]>,
): FieldSet {
  return { isMember, below: new Map([...below].filter(([, set]) => !isEmpty(set))) };
}

export function isEmpty(set: FieldSet): boolean {
  return !set.isMember && set.below.size === 0;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  return combined(a, b, (inA, inB) => inA || inB);
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return combined(a, b, (inA, inB) => inA && inB);
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return combined(a, b, (inA, inB) => inA && !inB);
}

function combined(
  a: FieldSet,
  b: FieldSet,
  decide: (inA: boolean, inB: boolean) => boolean,
): FieldSet {
  const steps = new Set([...a.below.keys(), ...b.below.keys()]);
  return fieldSet(
    decide(a.isMember, b.isMember),
    [...steps].map((step) => [
      step,
      combined(a.below.get(step) ?? noFields, b.below.get(step) ?? noFields, decide),
    ]),
  );
}

/** `a` without what is in `b`, and without what is below it. */
export function withoutSubtrees(a: FieldSet, b: FieldSet): FieldSet {
  if (b.isMember) return noFields;
  return fieldSet(
    a.isMember,
    [...a.below].map(([step, set]) => [step, withoutSubtrees(set, b.below.get(step) ?? noFields)]),
  );
}

export function areEqual(a: FieldSet, b: FieldSet): boolean {
  return (
    a.isMember === b.isMember &&
    a.below.size === b.below.size &&
    [...a.below].every(([step, set]) => {
      const other = b.below.get(step);
      return other !== undefined && areEqual(set, other);
    })
  );
}

/** Each field of the set, as `.spec.ports[port=80,protocol="TCP"].targetPort`. */
export function formatFields(set: FieldSet, prefix: string = ""): string[] {
  return [
    ...(set.isMember ? [prefix] : []),
    ...[...set.below].flatMap(([step, below]) =>
      formatFields(below, `${prefix}${formatElement(step)}`),
    ),
  ];
}

/** FieldsV1: `{"f:metadata":{"f:labels":{".":{},"f:app":{}}}}`, steps in the order of their text. */
export function encodeFields(set: FieldSet): Readonly<Record<string, unknown>> {
  const steps = [...set.below].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries([
    ...(set.isMember && steps.length > 0 ? [[".", {}] as const] : []),
    ...steps.map(([step, below]) => [step, encodeFields(below)] as const),
  ]);
}

/** The reverse of {@link encodeFields}; undefined when `value` is no FieldsV1. */
export function decodeFields(value: unknown, isRoot: boolean = true): FieldSet | undefined {
  if (!isRecord(value)) return undefined;
  const steps = Object.entries(value).filter(([step]) => step !== ".");
  const below = steps.map(([step, each]) => [step, decodeStep(step, each)] as const);
  if (below.some(([, set]) => set === undefined)) return undefined;
  const isMember = !isRoot && (steps.length === 0 || Object.hasOwn(value, "."));
  return fieldSet(
    isMember,
    below.map(([step, set]) => [step, set ?? noFields]),
  );
}

function decodeStep(step: string, value: unknown): FieldSet | undefined {
  return /^[fkvi]:/.test(step) ? decodeFields(value, false) : undefined;
}
