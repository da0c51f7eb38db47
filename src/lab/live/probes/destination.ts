/** What a probe aims at: the address and the port behind the words of its `to`. */
import {
  familyOf,
  type IpAddress,
  type IpFamily,
  parseIpAddress,
} from "../../../net/ip-address.ts";
import { addressesInHosts } from "../../../observe/hosts-file.ts";
import type { DnsQuerySeen, ProbeAttempt } from "../../../observe/probe.ts";
import { type DnsAim, failedLookup, lookUp } from "../../../observe/probes/dns.ts";
import { parseResolvConf, type ResolvConf } from "../../../observe/resolv-conf.ts";
import type { Probe } from "../../../topology/scenario/scenario.ts";
import { formatTarget } from "../../../topology/where/format-where.ts";
import type { Machines } from "../machines/machines.ts";
import type { LiveTarget } from "../places/places.ts";
import { RunError } from "../run-error.ts";

const HTTP_PORT = 80;

/** Per attempt, unless the probe says otherwise. Nothing in a lab is further than a few milliseconds. */
export const PROBE_TIMEOUT_MS = 2_000;

/** @throws RunError when the kind needs a port and there is none. */
export function portOf(probe: Probe, { port }: LiveTarget): number {
  const number = port ?? (probe.kind === "http" ? HTTP_PORT : undefined);
  if (number !== undefined || !hasPort(probe)) return number ?? 0;
  const target = formatTarget(probe.to);
  throw new RunError("RUN_NO_PORT", `${target}: a ${probe.kind} probe needs a port`, {
    hint: `write ${target}:80`,
  });
}

/** False for what knows no ports, such as ping. */
export function hasPort({ kind }: Probe): boolean {
  return kind === "tcp" || kind === "udp" || kind === "http" || kind === "throughput";
}

/**
 * Whom a place asks for names: those that the probe names, or its resolv.conf does.
 *
 * @throws RunError when there is nobody.
 */
export function resolverOf(machines: Machines, start: string, probe: Probe): ResolvConf {
  const resolvConf = parseResolvConf(machines.resolvConf(start));
  const server = parseIpAddress(probe.server ?? "");
  if (server !== undefined) return { ...resolvConf, nameservers: [server] };
  if (resolvConf.nameservers.length > 0) return resolvConf;
  throw new RunError(
    "RUN_NO_ADDRESS",
    `${formatTarget(probe.to)}: there is no nameserver at ${start}`,
    {
      hint:
        probe.kind === "dns"
          ? "say whom to ask: server: 10.96.0.10"
          : "name a place such as svc/NAMESPACE/NAME, or an address",
    },
  );
}

type Found =
  | { readonly address: IpAddress; readonly queries: readonly DnsQuerySeen[] }
  /** The probe is over: the name has no address, or nobody says. */
  | { readonly failed: ProbeAttempt };

/** As a program there would find it out that wants one address of a family: by its /etc/hosts, then by its resolv.conf. */
export async function findAddress(
  aim: DnsAim,
  name: string,
  {
    hosts,
    family,
    resolver,
  }: {
    readonly hosts: string;
    readonly family: IpFamily;
    readonly resolver: () => ResolvConf;
  },
): Promise<Found> {
  const known = addressesInHosts(hosts, name).find((address) => familyOf(address) === family);
  if (known !== undefined) return { address: known, queries: [] };
  const startedAt = performance.now();
  const type = family === "ipv4" ? "A" : "AAAA";
  const { queries, answers, failure } = await lookUp(aim, name, [type], resolver());
  const address = answers
    .filter((answer) => answer.type === type)
    .flatMap(({ data }) => parseIpAddress(data) ?? [])[0];
  if (address !== undefined) return { address, queries };
  const lack = failure ?? { reason: "no such name", message: `${name} has no address` };
  return { failed: { ...failedLookup(lack, startedAt), queries } };
}
