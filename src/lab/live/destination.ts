/** What a probe aims at: the address and the port behind the words of its `to`. */
import { type IpAddress, parseIpAddress } from "../../net/ip-address.ts";
import type { ProbeAim } from "../../observe/probes/attempt.ts";
import { probeDns } from "../../observe/probes/dns.ts";
import { parseResolvConf } from "../../observe/resolv-conf.ts";
import type { Sightings } from "../../observe/sightings.ts";
import type { Probe } from "../../topology/scenario.ts";
import { formatTarget, formatWhere } from "../../topology/where.ts";
import type { Machines } from "./machines.ts";
import type { LiveTarget } from "./places.ts";
import { RunError } from "./run-error.ts";

const DNS_PORT = 53;
const HTTP_PORT = 80;

/** Per attempt, unless the probe says otherwise. Nothing in a lab is further than a few milliseconds. */
export const PROBE_TIMEOUT_MS = 2_000;

export interface Aimed {
  readonly machines: Machines;
  readonly sightings: Sightings;
  readonly start: string;
  readonly probe: Probe;
}

/**
 * Where the packets go: of a DNS probe the server, of a name its first address.
 *
 * @throws RunError when there is no port, no address or nobody to ask for it.
 */
export async function destination(
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
  { machines, start, sightings, probe }: Aimed,
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
    timeoutMs: probe.timeoutMs ?? PROBE_TIMEOUT_MS,
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

/** False for what knows no ports, such as ping. */
export function hasPort({ kind }: Probe): boolean {
  return kind === "tcp" || kind === "udp" || kind === "http" || kind === "dns";
}
