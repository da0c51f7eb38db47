/** `loadBalancer`: a host like any other, and what it does. */

import { type RawHost, type RawLoadBalancer, rawLoadBalancer } from "../raw/raw-host.ts";
import { readRaw } from "../raw/read-raw.ts";
import type { Written } from "../raw/written.ts";
import { parseDurationMs } from "../scalars.ts";
import type { Report } from "../source/problem.ts";
import type { Spot } from "../source/source.ts";
import type { Host, LoadBalancerHost, ServiceNetwork } from "../topology.ts";

const defaultName = "load-balancer";
const defaultIntervalMs = 500;

export interface WrittenLoadBalancer {
  readonly raw: RawLoadBalancer;
  /** As it would be written among `hosts`. */
  readonly host: Written<RawHost>;
}

export function readLoadBalancer(
  value: unknown,
  spot: Spot,
  report: Report,
): WrittenLoadBalancer | undefined {
  if (value === undefined) return undefined;
  const raw = readRaw(rawLoadBalancer, value, spot, report);
  if (raw === undefined) return undefined;
  const { name = defaultName, address, addresses } = raw;
  return { raw, host: { raw: { name, address, addresses }, spot } };
}

/** Undefined when the host has no place in the underlay, which was reported. */
export function resolveLoadBalancer(
  { raw, host }: WrittenLoadBalancer,
  hosts: readonly Host[],
  { loadBalancerCIDR }: ServiceNetwork,
): LoadBalancerHost | undefined {
  const placed = hosts.find(({ name }) => name === host.raw.name);
  if (placed === undefined) return undefined;
  const { name, address, subnet } = placed;
  const intervalMs =
    raw.checkInterval === undefined ? undefined : parseDurationMs(raw.checkInterval);
  return {
    name,
    address,
    subnet,
    pool: loadBalancerCIDR,
    mode: raw.mode ?? "direct",
    checkIntervalMs: intervalMs ?? defaultIntervalMs,
  };
}
