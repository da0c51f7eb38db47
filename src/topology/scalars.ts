/** Values that are written as text: durations, rates, shares, port ranges, listeners. */
import type { Listener, PortRange } from "./topology.ts";
import { parsePort } from "./where/parse-target.ts";

const millisecondsPer: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** `250ms`, `1.5s`, `1m30s`, `0`: milliseconds, after Go's durations. */
export function parseDurationMs(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, amount = "", unit = ""]) => sum + Number(amount) * (millisecondsPer.get(unit) ?? 0),
    0,
  );
}

const bitsPer: ReadonlyMap<string, number> = new Map([
  ["bit", 1],
  ["kbit", 1e3],
  ["mbit", 1e6],
  ["gbit", 1e9],
  ["bps", 8],
  ["kbps", 8e3],
  ["mbps", 8e6],
  ["gbps", 8e9],
]);

/** `10mbit`, `1.5gbit`, `125kbps`: bits per second. As for `tc`, `bps` are bytes. */
export function parseRate(text: string): number | undefined {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)([a-z]+)$/i.exec(text) ?? [];
  const factor = bitsPer.get(unit.toLowerCase());
  const rate = factor === undefined ? 0 : Number(amount) * factor;
  return rate > 0 ? rate : undefined;
}

/** `10%`, `0.5%`: 0..1. */
export function parseShare(text: string): number | undefined {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  return percent !== undefined && share <= 1 ? share : undefined;
}

/** `30000-32767`, both ends belong to it. */
export function parsePortRange(text: string): PortRange | undefined {
  const [from = "", to = "", ...rest] = text.split("-").map((part) => part.trim());
  const [first, last] = [parsePort(from), parsePort(to)];
  if (first === undefined || last === undefined || rest.length > 0 || first > last) {
    return undefined;
  }
  return { first, last };
}

/** `tcp/80`, `udp/53`. */
export function parseListener(text: string): Listener | undefined {
  const [, protocol, number = ""] = /^(tcp|udp)\/(\d+)$/i.exec(text) ?? [];
  const port = parsePort(number);
  if (protocol === undefined || port === undefined) return undefined;
  return { protocol: protocol.toLowerCase() === "tcp" ? "TCP" : "UDP", port };
}
