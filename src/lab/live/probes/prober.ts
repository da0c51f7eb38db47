/** Carries out probes: finds where they start and what they aim at, and tries as often as asked. */
import { given } from "../../../base/given.ts";
import { formatSocketAddress, type IpFamily } from "../../../net/ip-address.ts";
import type { ProbeAttempt, ProbeOptions, ProbeResult } from "../../../observe/probe.ts";
import { probeArp } from "../../../observe/probes/arp.ts";
import type { ProbeAim } from "../../../observe/probes/attempt.ts";
import { type DnsAim, probeDns } from "../../../observe/probes/dns.ts";
import { probeHttp } from "../../../observe/probes/http.ts";
import { probePing } from "../../../observe/probes/ping.ts";
import { probeTcp } from "../../../observe/probes/tcp.ts";
import { probeThroughput } from "../../../observe/probes/throughput.ts";
import { probeTraceroute } from "../../../observe/probes/traceroute.ts";
import { probeUdp } from "../../../observe/probes/udp.ts";
import type { Sightings } from "../../../observe/sightings.ts";
import type { Probe } from "../../../topology/scenario/scenario.ts";
import { formatTarget, formatWhere } from "../../../topology/where/format-where.ts";
import { dnsTypeNumber } from "../../../wire/packet/dns/record.ts";
import type { Machines } from "../machines/machines.ts";
import type { LiveTarget, Places } from "../places/places.ts";
import { RunError } from "../run-error.ts";
import { arpAsker } from "./arp-asker.ts";
import { findAddress, hasPort, PROBE_TIMEOUT_MS, portOf, resolverOf } from "./destination.ts";

const DNS_PORT = 53;

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
    const { places } = this.#options;
    const start = places.machine(probe.from).netns;
    const target = places.target(probe.to, familyOfName(probe.ipFamily));
    const attempts: ProbeAttempt[] = [];
    let aimedAt: string | undefined;
    for (let attempt = 0; attempt < probe.count; attempt++) {
      signal.throwIfAborted();
      const tried = await this.#attempt(probe, start, target, signal);
      attempts.push(tried.attempt);
      aimedAt ??= tried.aimedAt;
    }
    return {
      kind: probe.kind,
      from: formatWhere(probe.from),
      to: formatTarget(probe.to),
      target: aimedAt ?? formatTarget(probe.to),
      ok: attempts.every(({ ok }) => ok),
      attempts,
    };
  }

  async #attempt(
    probe: Probe,
    start: string,
    target: LiveTarget,
    signal: AbortSignal,
  ): Promise<Tried> {
    const { machines, sightings } = this.#options;
    const { kind: _kind, from: _from, to: _to, ...own } = probe;
    const options: ProbeOptions = given(own);
    const from: DnsAim = { netns: machines.netns(start), options, sightings, signal };
    if (probe.kind === "dns") return this.#attemptDns(probe, start, from);
    const port = portOf(probe, target);
    const found =
      target.address === undefined
        ? await findAddress(from, target.name ?? "", {
            hosts: machines.hosts(start),
            family: familyOfName(probe.ipFamily) ?? "ipv4",
            resolver: () => resolverOf(machines, start, probe),
          })
        : { address: target.address, queries: undefined };
    if ("failed" in found) return { attempt: found.failed, aimedAt: undefined };
    const { address, queries } = found;
    const attempt = await this.#send(probe, start, {
      ...from,
      address,
      port,
      path: target.path ?? "",
      timeoutMs: probe.timeoutMs ?? PROBE_TIMEOUT_MS,
    });
    return {
      attempt: queries === undefined ? attempt : { ...attempt, queries },
      aimedAt: hasPort(probe) ? formatSocketAddress(address, port) : address,
    };
  }

  async #attemptDns({ to, ...probe }: Probe, start: string, from: DnsAim): Promise<Tried> {
    const name = to.where.type === "name" ? to.where.name : formatWhere(to.where);
    if (probe.recordType !== undefined && dnsTypeNumber(probe.recordType) === undefined) {
      throw new RunError("RUN_BAD_REQUEST", `${probe.recordType} is no type of DNS records`, {
        hint: "A, AAAA, SRV, PTR, CNAME, MX, NS, SOA, TXT, or TYPE and its number",
      });
    }
    const resolver = resolverOf(this.#options.machines, start, { to, ...probe });
    const [server = ""] = resolver.nameservers;
    return {
      attempt: await probeDns(from, name, resolver),
      aimedAt: formatSocketAddress(server, DNS_PORT),
    };
  }

  #send({ kind }: Probe, start: string, aim: ProbeAim): Promise<ProbeAttempt> {
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
      case "throughput":
        return probeThroughput(aim);
      case "dns":
        throw new RangeError("DNS is asked of servers, not of a place");
    }
  }
}

function familyOfName(name: Probe["ipFamily"]): IpFamily | undefined {
  if (name === undefined) return undefined;
  return name === "IPv4" ? "ipv4" : "ipv6";
}

interface Tried {
  readonly attempt: ProbeAttempt;
  /** What the target's words meant; undefined when nobody could say. */
  readonly aimedAt: string | undefined;
}
