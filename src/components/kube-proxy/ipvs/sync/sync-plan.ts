/**
 * From one sync to the next in ipvs mode: what the kernel and each program is told. A function of its input; nothing is remembered here.
 *
 * A *full* sync compares all that is wanted with all that the node has. A *partial* one looks at nothing but the Services
 * that changed.
 */
import type { IpAddress } from "../../../../net/ip-address.ts";
import type { IpvsChange } from "../../../../wire/netlink/ipvs/ipvs.ts";
import type { KubeProxyConfig } from "../../config/config.ts";
import type { SavedRules } from "../../iptables/sync/saved-rules.ts";
import { missingJumps } from "../../iptables/sync/saved-rules.ts";
import { type ClusterModel, changedServices } from "../../model/cluster/cluster-model.ts";
import { patchMap } from "../../model/cluster/patched-map.ts";
import type { IpvsSettings } from "../settings.ts";
import type { SetContents, SetName } from "../wanted/ip-sets.ts";
import { ipvsJumps, rulesPayload } from "../wanted/rules.ts";
import { type Wanted, wantedAfter, wantedBy } from "../wanted/wanted.ts";
import type { ListedServer, ListedServers } from "./listed-servers.ts";
import { changeServers, drainingIn, serverOfReal } from "./server-changes.ts";
import { type ListedSets, listedSets, setCommands } from "./set-commands.ts";

/** What the node has, as far as we know. */
export interface IpvsState {
  /** What the last sync was made from; undefined before the first, and after a failure. */
  readonly synced:
    | {
        readonly cluster: ClusterModel;
        readonly settings: IpvsSettings;
        readonly wanted: Wanted;
        /** Milliseconds, as {@link SyncInput.nowMs}. */
        readonly lastFullMs: number;
      }
    | undefined;
  readonly servers: ListedServers;
  /** Real servers that nobody wants, and that still have connections: by `realServerKey`. */
  readonly draining: ReadonlySet<string>;
  readonly sets: ListedSets;
  readonly bound: ReadonlySet<string>;
  readonly jumps: SavedRules["jumps"];
  /** The payload that was loaded last, without jumps. */
  readonly rules: string | undefined;
}

export const cleanState: IpvsState = {
  synced: undefined,
  servers: new Map(),
  draining: new Set(),
  sets: new Map(),
  bound: new Set(),
  jumps: [],
  rules: undefined,
};

export interface SyncInput {
  readonly cluster: ClusterModel;
  /** Compared by identity: new settings make the sync full. */
  readonly settings: IpvsSettings;
  readonly config: KubeProxyConfig;
  readonly nowMs: number;
}

/** What the node is to have. */
export interface Goal {
  readonly wanted: Wanted;
  /** The keys of virtual servers that may be otherwise; undefined in a full sync, where all may. */
  readonly touched: ReadonlySet<string> | undefined;
  /** Keys of Services that changed; undefined in a full sync. */
  readonly changed: ReadonlySet<string> | undefined;
}

/** In the order in which it is done; empty where there is nothing to do. */
export interface SyncPlan {
  readonly bind: readonly IpAddress[];
  readonly servers: readonly IpvsChange[];
  /** For `ipset restore`. */
  readonly sets: readonly string[];
  /** For `iptables-restore --noflush`. */
  readonly rules: string;
  readonly unbind: readonly IpAddress[];
  /** The state when all of it is done. */
  readonly next: IpvsState;
}

export function isFullSync({ synced }: IpvsState, { settings, config, nowMs }: SyncInput): boolean {
  if (synced?.settings !== settings) return true;
  return nowMs - synced.lastFullMs >= config.host.fullSyncPeriodMs;
}

export function goalOf(state: IpvsState, input: SyncInput): Goal {
  const { cluster, settings } = input;
  const full = (): Goal => {
    return { wanted: wantedBy(cluster, settings), touched: undefined, changed: undefined };
  };
  const { synced } = state;
  if (synced === undefined || isFullSync(state, input)) return full();
  const changed = changedServices(synced.cluster, cluster);
  const changes = Array.from(changed, (key) => {
    return [synced.cluster.services.get(key), cluster.services.get(key)] as const;
  });
  const step = wantedAfter(synced.wanted, changes, settings);
  return step === undefined ? full() : { ...step, changed };
}

/** The virtual servers of TCP that lose real servers: how many connections these have decides when they go. */
export function losingServers({ servers }: IpvsState, goal: Goal): readonly ListedServer[] {
  const { wanted } = goal;
  return [...(goal.touched ?? servers.keys())].flatMap((key) => {
    const server = servers.get(key);
    if (server?.protocol !== "tcp") return [];
    const own = new Map([[key, server]]);
    return drainingIn(own, wanted.servers).size > 0 ? [server] : [];
  });
}

/** The virtual servers that have real servers which drain. */
export function drainingServers({ servers, draining }: IpvsState): readonly ListedServer[] {
  const keys = new Set([...draining].map(serverOfReal));
  return [...keys].flatMap((key) => servers.get(key) ?? []);
}

/** `present`: what the state says of virtual servers, with connections counted where that decides something. */
export function planSync(
  state: IpvsState,
  input: SyncInput,
  { wanted, touched, changed }: Goal,
  present: ListedServers = state.servers,
): SyncPlan {
  const { cluster, settings, config, nowMs } = input;
  const { family } = settings;
  const { synced, draining } = state;
  const servers = changeServers({
    present: touched === undefined ? present : only(present, touched),
    wanted: touched === undefined ? wanted.servers : only(wanted.servers, touched),
    draining,
    excludeCIDRs: config.ipvs.excludeCIDRs,
  });
  const rules = isAsBefore(synced?.wanted, wanted, touched)
    ? { text: state.rules, payload: "" }
    : rulesOf(state, wanted, settings);
  const bound = wanted.contents.get("KUBE-IPVS-IPS") ?? new Set();
  return {
    servers: servers.changes,
    sets: setCommands(state.sets, wanted.contents, family),
    rules: rules.payload,
    ...bindings(state.bound, bound),
    next: {
      synced: {
        cluster,
        settings,
        wanted,
        lastFullMs: changed === undefined ? nowMs : (synced?.lastFullMs ?? nowMs),
      },
      ...serversAfter(state, touched, { servers: servers.servers, wanted: wanted.servers }),
      sets: listedSets(wanted.contents, family),
      bound,
      jumps: ipvsJumps,
      rules: rules.text,
    },
  };
}

/** Rules ask whether a set is empty, and of single Services only what `barring` has. */
function isAsBefore(
  before: Wanted | undefined,
  { contents, barring }: Wanted,
  touched: Goal["touched"],
): boolean {
  if (before === undefined || touched === undefined || before.barring !== barring) return false;
  return isAlike(before.contents, contents);
}

function isAlike(before: SetContents, after: SetContents): boolean {
  const isEmpty = (contents: SetContents, name: SetName): boolean =>
    (contents.get(name)?.size ?? 0) === 0;
  return [...after.keys()].every((name) => isEmpty(before, name) === isEmpty(after, name));
}

function rulesOf(
  { rules, jumps }: IpvsState,
  { contents, barring: byService }: Wanted,
  settings: IpvsSettings,
): { readonly text: string; readonly payload: string } {
  const input = { settings, contents, barring: [...byService.values()].flat() };
  const text = rulesPayload({ ...input, jumps: [] });
  if (text === rules) return { text, payload: "" };
  return { text, payload: rulesPayload({ ...input, jumps: missingJumps(ipvsJumps, jumps) }) };
}

function bindings(
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): Pick<SyncPlan, "bind" | "unbind"> {
  if (before === after) return { bind: [], unbind: [] };
  const without = (some: ReadonlySet<string>, others: ReadonlySet<string>): readonly IpAddress[] =>
    // What is in this set came from addresses.
    [...some].filter((each) => !others.has(each)) as IpAddress[];
  return { bind: without(after, before), unbind: without(before, after) };
}

/** What is there after the change, and what of it drains. */
function serversAfter(
  state: IpvsState,
  touched: Goal["touched"],
  { servers, wanted }: { readonly servers: ListedServers; readonly wanted: Wanted["servers"] },
): Pick<IpvsState, "servers" | "draining"> {
  const draining = drainingIn(servers, wanted);
  if (touched === undefined) return { servers, draining };
  const others = [...state.draining].filter((name) => !touched.has(serverOfReal(name)));
  return {
    servers: patchMap(
      state.servers,
      new Map(Array.from(touched, (key) => [key, servers.get(key)] as const)),
    ),
    draining: new Set([...others, ...draining]),
  };
}

function only<V>(map: ReadonlyMap<string, V>, keys: ReadonlySet<string>): ReadonlyMap<string, V> {
  const picked = new Map<string, V>();
  for (const key of keys) {
    const value = map.get(key);
    if (value !== undefined) picked.set(key, value);
  }
  return picked;
}
