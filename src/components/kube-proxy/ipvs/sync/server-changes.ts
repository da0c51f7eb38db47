/** From the virtual servers that are to those that should be. */
import { contains, parseCidr } from "../../../../net/cidr.ts";
import { parseSocketAddress } from "../../../../net/ip-address.ts";
import type { IpvsChange, Scheduling, ServerAddress } from "../../../../wire/netlink/ipvs/ipvs.ts";
import type { VirtualServer } from "../wanted/virtual-server.ts";
import type { ListedRealServer, ListedServer, ListedServers } from "./listed-servers.ts";

export interface ServerChange {
  /** In order; empty when nothing changes. */
  readonly changes: readonly IpvsChange[];
  /** What is there once they are done. */
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
  const changes: IpvsChange[] = [];
  const servers = new Map<string, ListedServer>();
  for (const [key, server] of wanted) {
    const before = present.get(key);
    changes.push(...changeServer(server, before));
    const change = changeRealServers(key, server, { before, draining });
    changes.push(...change.changes);
    servers.set(key, { ...server, realServers: change.realServers });
  }
  const excluded = excludeCIDRs.flatMap((text) => parseCidr(text) ?? []);
  for (const [key, server] of present) {
    if (wanted.has(key)) continue;
    if (excluded.some((block) => contains(block, server.address))) servers.set(key, server);
    else changes.push({ type: "delete", server: addressOf(server) });
  }
  return { changes, servers };
}

/** Removes real servers of a list that no connection needs any more. */
export function removeDrained(
  present: ListedServers,
  draining: ReadonlySet<string>,
): ServerChange & { readonly draining: ReadonlySet<string> } {
  const changes: IpvsChange[] = [];
  const left = new Set<string>();
  const servers = new Map<string, ListedServer>();
  for (const [key, server] of present) {
    const realServers = new Map(server.realServers);
    for (const [text, { connections }] of server.realServers) {
      const name = realServerKey(key, text);
      if (!draining.has(name)) continue;
      if (connections > 0) left.add(name);
      else {
        changes.push({ type: "delete-real", ...pair(server, text) });
        realServers.delete(text);
      }
    }
    servers.set(key, { ...server, realServers });
  }
  return { changes, servers, draining: left };
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

function changeServer(
  server: VirtualServer,
  before: Scheduling | undefined,
): readonly IpvsChange[] {
  const { scheduler, persistentSeconds } = server;
  const isSame = before?.scheduler === scheduler && before.persistentSeconds === persistentSeconds;
  if (before !== undefined && isSame) return [];
  return [
    {
      type: before === undefined ? "add" : "edit",
      server: addressOf(server),
      scheduler,
      persistentSeconds,
      // By the address alone, a pod behind NAT is one client with all others.
      byPort: scheduler === "mh",
    },
  ];
}

function changeRealServers(
  key: string,
  server: VirtualServer,
  {
    before,
    draining,
  }: { readonly before: ListedServer | undefined; readonly draining: ReadonlySet<string> },
): {
  readonly changes: readonly IpvsChange[];
  readonly realServers: ListedServer["realServers"];
} {
  const changes: IpvsChange[] = [];
  const realServers = new Map<string, ListedRealServer>();
  for (const text of server.realServers) {
    const known = before?.realServers.get(text);
    const isDraining = draining.has(realServerKey(key, text));
    changes.push(...changeWanted(pair(server, text), known, isDraining));
    realServers.set(text, { weight: 1, connections: known?.connections ?? 0 });
  }
  for (const [text, known] of before?.realServers ?? []) {
    if (realServers.has(text)) continue;
    if (server.protocol !== "tcp" || known.connections === 0) {
      changes.push({ type: "delete-real", ...pair(server, text) });
      continue;
    }
    // Graceful termination: no new connections, and those that are go on.
    if (known.weight !== 0) changes.push({ type: "edit-real", ...pair(server, text), weight: 0 });
    realServers.set(text, { ...known, weight: 0 });
  }
  return { changes, realServers };
}

/** A real server of a virtual one. */
type Pair = Pick<Extract<IpvsChange, { readonly real: unknown }>, "server" | "real">;

function changeWanted(
  at: Pair,
  known: ListedRealServer | undefined,
  isDraining: boolean,
): readonly IpvsChange[] {
  const add: IpvsChange = { type: "add-real", ...at, weight: 1 };
  if (known === undefined) return [add];
  // Back from the dead: its old connections are of a pod that is gone.
  if (isDraining) return [{ type: "delete-real", ...at }, add];
  return known.weight === 1 ? [] : [{ type: "edit-real", ...at, weight: 1 }];
}

/** @param text made by `formatSocketAddress`. */
function pair(server: ServerAddress, text: string): Pair {
  return { server: addressOf(server), real: parseSocketAddress(text) };
}

function addressOf({ protocol, address, port }: ServerAddress): ServerAddress {
  return { protocol, address, port };
}
