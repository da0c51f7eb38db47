/** Small rules that many kinds share. Each answers with all that is wrong. */
import { parseIpAddress } from "../../net/ip-address.ts";
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from "../errors/field-errors.ts";
import { portNameFaults, type TextRule } from "./names.ts";

export type Faults = readonly FieldError[];

export const protocols = ["SCTP", "TCP", "UDP"] as const;

/** The value is absent, or the rule holds. */
export function checkText(path: FieldPath, text: string | undefined, rule: TextRule): Faults {
  if (text === undefined) return [];
  const wrong = rule(text);
  return wrong === undefined ? [] : [invalid(path, text, wrong)];
}

/** The value is there and not empty, and the rule holds. */
export function checkRequiredText(
  path: FieldPath,
  text: string | undefined,
  rule: TextRule,
): Faults {
  return text === undefined || text === "" ? [required(path)] : checkText(path, text, rule);
}

/** The value is absent, or one of `allowed`. */
export function checkOneOf(
  path: FieldPath,
  value: string | undefined,
  allowed: readonly string[],
): Faults {
  return value === undefined || allowed.includes(value) ? [] : [notSupported(path, value, allowed)];
}

export function checkPortNumber(path: FieldPath, port: number): Faults {
  return port >= 1 && port <= 65_535
    ? []
    : [invalid(path, port, "must be between 1 and 65535, inclusive")];
}

export function checkPortName(path: FieldPath, name: string): Faults {
  return portNameFaults(name).map((fault) => invalid(path, name, fault));
}

/** A number, or the name of a container's port. */
export function checkPortReference(path: FieldPath, port: number | string): Faults {
  return typeof port === "number" ? checkPortNumber(path, port) : checkPortName(path, port);
}

export function checkNonNegative(path: FieldPath, value: number | undefined): Faults {
  return value === undefined || value >= 0
    ? []
    : [invalid(path, value, "must be greater than or equal to 0")];
}

export function checkIpAddress(path: FieldPath, text: string): Faults {
  return parseIpAddress(text) === undefined
    ? [invalid(path, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    : [];
}

/** Faults of each item, its index added to the path. */
export function checkEach<T>(
  path: FieldPath,
  items: readonly T[] | undefined,
  check: (path: FieldPath, item: T, index: number) => Faults,
): Faults {
  return (items ?? []).flatMap((item, index) => check([...path, index], item, index));
}

export const immutableDetail = "field is immutable";
