/** PodLogOptions out of a URL's query. Pure; after core/v1's validation. */
import { ApiError } from "../../../api/errors/api-error.ts";
import { isTrue } from "../watching/watch.ts";
import type { LogRequest } from "./pod-runtime.ts";

/** @throws ApiError Invalid for counts and times that are none. */
export function logOptions(
  query: URLSearchParams,
  nowMs: number,
): Omit<LogRequest, "pod" | "container"> {
  const has = (name: string): boolean => query.has(name) && isTrue(query.get(name));
  return {
    which: has("previous") ? "previous" : "current",
    follow: has("follow"),
    timestamps: has("timestamps"),
    tailLines: count(query, "tailLines", 0),
    limitBytes: count(query, "limitBytes", 1),
    sinceMs: since(query, nowMs),
  };
}

function since(query: URLSearchParams, nowMs: number): number | undefined {
  const seconds = count(query, "sinceSeconds", 1);
  const time = query.get("sinceTime") ?? "";
  if (seconds !== undefined && time !== "") {
    throw invalid("at most one of `sinceTime` or `sinceSeconds` may be specified");
  }
  if (time === "") return seconds === undefined ? undefined : nowMs - seconds * 1_000;
  const sinceMs = Date.parse(time);
  if (Number.isNaN(sinceMs)) throw invalid(`sinceTime: Invalid value: ${JSON.stringify(time)}`);
  return sinceMs;
}

function count(query: URLSearchParams, name: string, least: number): number | undefined {
  const text = query.get(name) ?? "";
  if (text === "") return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  const rule = least === 0 ? "must be greater than or equal to 0" : "must be greater than 0";
  throw invalid(`${name}: Invalid value: ${text}: ${rule}`);
}

function invalid(what: string): ApiError {
  return new ApiError("Invalid", `PodLogOptions "" is invalid: ${what}`);
}
