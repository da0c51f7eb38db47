import { parseIpAddress } from "../../net/ip-address.ts";
import { parseWhere } from "./parse-where.ts";
import { fault, formsHint, type Parsed } from "./parsed.ts";
import { isPlaceKind } from "./place-kinds.ts";
import type { Target, Where } from "./where.ts";

/** `PLACE`, `PLACE:PORT`, `PLACE:PORT/PATH`, `[IPV6]:PORT`, each also as `http://…`. */
export function parseTarget(text: string): Parsed<Target> {
  const bare = text.replace(/^https?:\/\//, "");
  const url = /^([^/:]+)(:\d+)?(\/.*)?$/.exec(bare === text ? "" : bare);
  // In a URL the first slash begins the path, unless what stands before it is a kind of place.
  if (url !== null && !isPlaceKind(url[1] ?? "")) return parseUrl(url);
  const address = parseIpAddress(bare);
  if (address !== undefined) return target({ type: "address", address });
  const match = /^(\[[^\]]+\]|[^:]*)(?::([^/]*)(\/.*)?)?$/.exec(bare);
  const [, place = "", port, path] = match ?? [];
  if (match === null) return fault(`${text} is not a target`, formsHint);
  const parsed = parseWhere(place.replace(/^\[(.*)\]$/, "$1"));
  if (!parsed.ok) return parsed;
  if (port === undefined) return target(parsed.value);
  const number = parsePort(port);
  if (number !== undefined) return target(parsed.value, number, path);
  if (parsed.value.type === "service" && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(port)) {
    return target(parsed.value, port, path);
  }
  return fault(`port ${port}: must be 1..65535`, undefined);
}

function parseUrl([, host = "", port, path]: RegExpExecArray): Parsed<Target> {
  const parsed = parseWhere(host);
  if (!parsed.ok) return parsed;
  const number = port === undefined ? undefined : parsePort(port.slice(1));
  return port !== undefined && number === undefined
    ? fault(`port ${port.slice(1)}: must be 1..65535`, undefined)
    : target(parsed.value, number, path);
}

/** 1..65535. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function target(where: Where, port?: number | string, path?: string): Parsed<Target> {
  return { ok: true, value: { where, port, path } };
}
