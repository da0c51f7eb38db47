/** What an option's words mean. @throws InvalidArgumentError, which commander makes a complaint about the option. */
import { InvalidArgumentError } from "commander";
import { isLabName, labNameRule } from "../../base/lab-name.ts";

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It is to be a whole number from 1.");
  return value;
}

export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError("It is to be a number of seconds, such as 10 or 0.5.");
  }
  return value;
}

export function labName(text: string): string {
  if (!isLabName(text)) throw new InvalidArgumentError(`A lab's name ${labNameRule}.`);
  return text;
}

export function countFromNone(text: string): number {
  return text === "0" ? 0 : wholeNumber(text);
}

export function regExp(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new InvalidArgumentError(`${error instanceof Error ? error.message : String(error)}.`);
  }
}

export function shard(text: string): { readonly index: number; readonly of: number } {
  const match = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index > of) throw new InvalidArgumentError("Write i/n, such as 1/4.");
  return { index, of };
}

/** As curl's `-H`, and like that may be given several times: `Host: example.com`. */
export function header(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { name, value } = /^(?<name>[^\s:]+):\s*(?<value>.*)$/.exec(text)?.groups ?? {};
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("Write NAME: VALUE, such as Host: example.com.");
  }
  return { ...before, [name]: value };
}
