/** What plugins answer. @see the CNI specification, section 5: result types */
import { type IpAddress, parseIpAddress } from "../../net/ip-address.ts";
import type { Json, JsonObject } from "./network-config.ts";

/** A plugin's own account of its failure, which it prints on standard output. */
export interface CniFailure {
  readonly code: number;
  readonly message: string;
}

export function parseCniFailure(text: string): CniFailure | undefined {
  const { code, msg, details } = parseObject(text) ?? {};
  if (typeof code !== "number" || typeof msg !== "string") return undefined;
  const more = typeof details === "string" && details !== "" ? `; ${details}` : "";
  return { code, message: `${msg}${more}` };
}

/** Undefined for what is no JSON object. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The addresses of the pod, in the order in which the plugins name them; of all versions' results. */
export function resultAddresses(result: JsonObject | undefined): readonly IpAddress[] {
  const { ips, ip4, ip6 } = result ?? {};
  const entries = Array.isArray(ips) ? ips.map((each: Json) => field(each, "address")) : [];
  // Until 0.2.0 there was one of each family.
  const old = [field(ip4, "ip"), field(ip6, "ip")];
  return [...entries, ...old].flatMap((text) => {
    const address = typeof text === "string" ? parseIpAddress(text.split("/")[0] ?? "") : undefined;
    return address === undefined ? [] : [address];
  });
}

function field(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
