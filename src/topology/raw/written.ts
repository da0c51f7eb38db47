import type * as z from "zod";
import type { Report } from "../source/problem.ts";
import { at, type Spot } from "../source/source.ts";
import { readRaw } from "./read-raw.ts";

/** A part of a file that its schema accepts, and where it stands. */
export interface Written<T> {
  readonly raw: T;
  readonly spot: Spot;
}

/** Reads each entry of a list on its own: a wrong one is reported and left out. */
export function readEach<T>(
  schema: z.ZodType<T>,
  values: unknown,
  spot: Spot,
  report: Report,
): ReadonlyArray<Written<T>> {
  if (!Array.isArray(values)) return [];
  return values.flatMap((value: unknown, index) => {
    const entry = at(spot, index);
    const raw = readRaw(schema, value, entry, report);
    return raw === undefined ? [] : [{ raw, spot: entry }];
  });
}
