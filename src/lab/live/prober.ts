/** Carries out probes: finds where they start and what they aim at, and tries as often as asked. */
import { formatSocketAddress } from "../../net/ip-address.ts";
import type { ProbeAttempt, ProbeOptions, ProbeResult } from "../../observe/probe.ts";
import { probeArp } from "../../observe/probes/arp.ts";
import type { ProbeAim } from "../../observe/probes/attempt.ts";
import { probeDns } from "../../observe/probes/dns.ts";
import { probeHttp } from "../../observe/probes/http.ts";
import { probePing } from "../../observe/probes/ping.ts";
import { probeTcp } from "../../observe/probes/tcp.ts";
import { probeTraceroute } from "../../observe/probes/traceroute.ts";
import { probeUdp } from "../../observe/probes/udp.ts";
import { parseResolvConf } from "../../observe/resolv-conf.ts";
import type { Sightings } from "../../observe/sightings.ts";
import type { Probe } from "../../topology/scenario.ts";
import { formatTarget, formatWhere } from "../../topology/where.ts";
import { arpAsker } from "./arp-asker.ts";
import { destination, hasPort, PROBE_TIMEOUT_MS } from "./destination.ts";
import type { Machines } from "./machines.ts";
import type { Places } from "./places.ts";

export interface ProberOptions {
  readonly machines: Machines;
  readonly places: Places;
  readonly sightings: Sightings;
}

export class Prober {
  readonly #options: ProberOptions;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** @throws RunError when it cannot even be tried; what fails on the way is in the result. */
  async probe(probe: Probe, signal: AbortSignal): Promise<ProbeResult> {
    const { machines, places, sightings } = this.#options;
    const start = places.machine(probe.from);
    const aimed = { machines, sightings, start: start.netns, probe };
    const target = places.target(probe.to);
    const { address, port } = await destination(aimed, target, signal);
    const aim: ProbeAim = {
      netns: machines.netns(start.netns),
      address,
      port,
      path: target.path ?? "",
      options: definedOptions(probe),
      timeoutMs: probe.timeoutMs ?? PROBE_TIMEOUT_MS,
      sightings,
      signal,
    };
    const attempts: ProbeAttempt[] = [];
    for (let attempt = 0; attempt < probe.count; attempt++) {
      signal.throwIfAborted();
      attempts.push(await this.#attempt(aim, probe, start.netns));
    }
    return {
      kind: probe.kind,
      from: formatWhere(probe.from),
      to: formatTarget(probe.to),
      target: hasPort(probe) ? formatSocketAddress(address, port) : address,
      ok: attempts.every(({ ok }) => ok),
      attempts,
    };
  }

  #attempt(aim: ProbeAim, { kind, to }: Probe, start: string): Promise<ProbeAttempt> {
    switch (kind) {
      case "ping":
        return probePing(aim);
      case "tcp":
        return probeTcp(aim);
      case "udp":
        return probeUdp(aim);
      case "http":
        return probeHttp(aim);
      case "traceroute":
        return probeTraceroute(aim);
      case "arp":
        return probeArp(aim, arpAsker(this.#options.machines, start, aim.address));
      case "dns":
        return probeDns(
          aim,
          to.where.type === "name" ? to.where.name : formatWhere(to.where),
          parseResolvConf(this.#options.machines.resolvConf(start)),
        );
    }
  }
}

/** Only what the probe says: an option that is there and undefined would hide a default. */
function definedOptions(probe: Probe): ProbeOptions {
  const { kind: _kind, from: _from, to: _to, ...options } = probe;
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as ProbeOptions;
}
