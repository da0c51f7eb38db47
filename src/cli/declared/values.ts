/** What an option's words mean. @throws InvalidArgumentError, which commander makes a complaint about the option. */
import { InvalidArgumentError } from "commander";

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("a whole number from 1");
  return value;
}

export function countFromNone(text: string): number {
  return text === "0" ? 0 : wholeNumber(text);
}

export function regExp(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

export function shard(text: string): { readonly index: number; readonly of: number } {
  const match = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index > of) throw new InvalidArgumentError("write i/n, such as 1/4");
  return { index, of };
}
