/** From the virtual servers that are to those that should be: lines for `ipvsadm --restore`. */
import { contains, parseCidr } from "../../../net/cidr.ts";
import { formatSocketAddress } from "../../../net/ip-address.ts";
import type { ListedRealServer, ListedServer, ListedServers } from "./listed-servers.ts";
import type { Balancing, VirtualServer } from "./virtual-server.ts";

export interface ServerChange {
  /** In order; empty when nothing changes. */
  readonly commands: readonly string[];
  /** What is there once they have been run. */
  readonly servers: ListedServers;
}

export interface ChangeInput {
  readonly present: ListedServers;
  readonly wanted: ReadonlyMap<string, VirtualServer>;
  /** Real servers of weight 0 that wait for their last connection, by `realServerKey`. */
  readonly draining: ReadonlySet<string>;
  /** Virtual servers in these blocks are others'. */
  readonly excludeCIDRs: readonly string[];
}

type Spot = Pick<VirtualServer, "protocol" | "address" | "port">;

const SERVICE_FLAGS: Readonly<Record<VirtualServer["protocol"], string>> = {
  tcp: "-t",
  udp: "-u",
  sctp: "--sctp-service",
};

/** `tcp 10.96.0.10:80 10.244.1.2:8080`, by which a real server of a virtual server is known. */
export function realServerKey(key: string, text: string): string {
  return `${key} ${text}`;
}

/** The key of the virtual server in it. */
export function serverOfReal(realKey: string): string {
  return realKey.slice(0, realKey.lastIndexOf(" "));
}

export function changeServers({
  present,
  wanted,
  draining,
  excludeCIDRs,
}: ChangeInput): ServerChange {
  const commands: string[] = [];
  const servers = new Map<string, ListedServer>();
  for (const [key, server] of wanted) {
    const before = present.get(key);
    commands.push(...serverCommands(server, before));
    const change = changeRealServers(key, server, { before, draining });
    commands.push(...change.commands);
    servers.set(key, { ...server, realServers: change.realServers });
  }
  const excluded = excludeCIDRs.flatMap((text) => parseCidr(text) ?? []);
  for (const [key, server] of present) {
    if (wanted.has(key)) continue;
    if (excluded.some((block) => contains(block, server.address))) servers.set(key, server);
    else commands.push(`-D ${spot(server)}`);
  }
  return { commands, servers };
}

/** Removes real servers of a list that no connection needs any more. */
export function removeDrained(
  present: ListedServers,
  draining: ReadonlySet<string>,
): ServerChange & { readonly draining: ReadonlySet<string> } {
  const commands: string[] = [];
  const left = new Set<string>();
  const servers = new Map<string, ListedServer>();
  for (const [key, server] of present) {
    const realServers = new Map(server.realServers);
    for (const [text, { connections }] of server.realServers) {
      const name = realServerKey(key, text);
      if (!draining.has(name)) continue;
      if (connections > 0) left.add(name);
      else {
        commands.push(`-d ${spot(server)} -r ${text}`);
        realServers.delete(text);
      }
    }
    servers.set(key, { ...server, realServers });
  }
  return { commands, servers, draining: left };
}

/** Real servers that nobody wants and that still have connections: kept, for those alone. */
export function drainingIn(
  servers: ListedServers,
  wanted: ReadonlyMap<string, VirtualServer>,
): ReadonlySet<string> {
  const draining = new Set<string>();
  for (const [key, { realServers }] of servers) {
    const server = wanted.get(key);
    if (server === undefined) continue;
    for (const text of realServers.keys()) {
      if (!server.realServers.includes(text)) draining.add(realServerKey(key, text));
    }
  }
  return draining;
}

function serverCommands(server: VirtualServer, before: Balancing | undefined): readonly string[] {
  const isSame =
    before?.scheduler === server.scheduler && before.persistentSeconds === server.persistentSeconds;
  if (before !== undefined && isSame) return [];
  const { scheduler, persistentSeconds } = server;
  const options = [
    // By source address and port: by the address alone, a pod behind NAT is one client with all others.
    ...(scheduler === "mh" ? ["-b", "mh-port"] : []),
    ...(persistentSeconds === undefined ? [] : ["-p", String(persistentSeconds)]),
  ];
  const verb = before === undefined ? "-A" : "-E";
  return [[verb, spot(server), "-s", scheduler, ...options].join(" ")];
}

function changeRealServers(
  key: string,
  server: VirtualServer,
  {
    before,
    draining,
  }: { readonly before: ListedServer | undefined; readonly draining: ReadonlySet<string> },
): { readonly commands: readonly string[]; readonly realServers: ListedServer["realServers"] } {
  const commands: string[] = [];
  const realServers = new Map<string, ListedRealServer>();
  const at = spot(server);
  for (const text of server.realServers) {
    const known = before?.realServers.get(text);
    commands.push(...wantedCommands(at, text, known, draining.has(realServerKey(key, text))));
    realServers.set(text, { weight: 1, connections: known?.connections ?? 0 });
  }
  for (const [text, known] of before?.realServers ?? []) {
    if (realServers.has(text)) continue;
    if (server.protocol !== "tcp" || known.connections === 0) {
      commands.push(`-d ${at} -r ${text}`);
      continue;
    }
    // Graceful termination: no new connections, and those that are go on.
    if (known.weight !== 0) commands.push(`-e ${at} -r ${text} -m -w 0`);
    realServers.set(text, { ...known, weight: 0 });
  }
  return { commands, realServers };
}

function wantedCommands(
  at: string,
  text: string,
  known: ListedRealServer | undefined,
  isDraining: boolean,
): readonly string[] {
  const add = `-a ${at} -r ${text} -m -w 1`;
  if (known === undefined) return [add];
  // Back from the dead: its old connections are of a pod that is gone.
  if (isDraining) return [`-d ${at} -r ${text}`, add];
  return known.weight === 1 ? [] : [`-e ${at} -r ${text} -m -w 1`];
}

function spot({ protocol, address, port }: Spot): string {
  return `${SERVICE_FLAGS[protocol]} ${formatSocketAddress(address, port)}`;
}
