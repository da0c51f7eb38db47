/** Carries out probes: finds where they start and what they aim at, and tries as often as asked. */
import { contains } from "../../net/cidr.ts";
import { formatSocketAddress, type IpAddress, parseIpAddress } from "../../net/ip-address.ts";
import type { ProbeAttempt, ProbeOptions, ProbeResult } from "../../observe/probe.ts";
import { type ArpAsker, probeArp } from "../../observe/probes/arp.ts";
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
import type { Machines } from "./machines.ts";
import type { LiveTarget, Places } from "./places.ts";
import { RunError } from "./run-error.ts";

/** Per attempt, unless the probe says otherwise. Nothing in a lab is further than a few milliseconds. */
const TIMEOUT_MS = 2_000;
const DNS_PORT = 53;
const HTTP_PORT = 80;

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
      timeoutMs: probe.timeoutMs ?? TIMEOUT_MS,
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

interface Aimed {
  readonly machines: Machines;
  readonly sightings: Sightings;
  readonly start: string;
  readonly probe: Probe;
}

/** Where the packets go: of a DNS probe the server, of a name its first address. */
async function destination(
  aimed: Aimed,
  { address, name, port }: LiveTarget,
  signal: AbortSignal,
): Promise<{ readonly address: IpAddress; readonly port: number }> {
  const { machines, start, probe } = aimed;
  if (probe.kind === "dns") return nameServer(machines.resolvConf(start), probe);
  const usual = probe.kind === "http" ? HTTP_PORT : undefined;
  if (hasPort(probe) && (port ?? usual) === undefined) {
    throw new RunError(
      "RUN_NO_PORT",
      `${formatTarget(probe.to)}: a ${probe.kind} probe needs a port`,
      {
        hint: `write ${formatTarget(probe.to)}:80`,
      },
    );
  }
  const resolved = address ?? (await resolve(aimed, name ?? "", signal));
  return { address: resolved, port: port ?? usual ?? 0 };
}

/** As a program there would find it out: by its resolv.conf. */
async function resolve(
  { machines, start, sightings }: Aimed,
  name: string,
  signal: AbortSignal,
): Promise<IpAddress> {
  const resolvConf = parseResolvConf(machines.resolvConf(start));
  const [server] = resolvConf.nameservers;
  if (server === undefined) {
    throw new RunError("RUN_NO_ADDRESS", `${name}: there is no nameserver at ${start}`, {
      hint: "name a place such as svc/NAMESPACE/NAME, or an address",
    });
  }
  const aim: ProbeAim = {
    netns: machines.netns(start),
    address: server,
    port: DNS_PORT,
    path: "",
    options: {},
    timeoutMs: TIMEOUT_MS,
    sightings,
    signal,
  };
  const { queries = [] } = await probeDns(aim, name, resolvConf);
  const answer = queries.at(-1)?.answers.find(({ type }) => type === "A");
  const address = parseIpAddress(answer?.data ?? "");
  if (address !== undefined) return address;
  throw new RunError("RUN_NO_ADDRESS", `${name} has no address, says ${server}`);
}

function nameServer(
  resolvConf: string,
  { server, to, from }: Probe,
): { readonly address: IpAddress; readonly port: number } {
  const [first] = parseResolvConf(resolvConf).nameservers;
  const address = server === undefined ? first : parseIpAddress(server);
  if (address !== undefined) return { address, port: DNS_PORT };
  throw new RunError(
    "RUN_NO_ADDRESS",
    `${formatTarget(to)}: there is no nameserver at ${formatWhere(from)}`,
    {
      hint: "say whom to ask: server: 10.96.0.10",
    },
  );
}

/** The device whose subnet the address is in, which is where ARP asks for it; `eth0` when it is in none. */
function arpAsker(machines: Machines, start: string, target: IpAddress): ArpAsker {
  const netlink = machines.netlink(start);
  const addresses = netlink.addresses().filter(({ device }) => device !== "lo");
  const near = addresses.find(({ address }) => contains(address, target));
  const device = near?.device ?? "eth0";
  const own = near ?? addresses.find((each) => each.device === device);
  const mac = netlink.links().find(({ name }) => name === device)?.mac;
  if (mac === undefined) {
    throw new RunError("RUN_NO_ADDRESS", `${start} has no Ethernet device ${device} to ask on`);
  }
  return { device, mac, address: own?.address.address };
}

function hasPort({ kind }: Probe): boolean {
  return kind === "tcp" || kind === "udp" || kind === "http" || kind === "dns";
}

/** Only what the probe says: an option that is there and undefined would hide a default. */
function definedOptions(probe: Probe): ProbeOptions {
  const { kind: _kind, from: _from, to: _to, ...options } = probe;
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as ProbeOptions;
}
