/**
 * From one sync to the next: what the following payload must hold, given what the
 * node's tables hold already. A function of its input; nothing is remembered here.
 *
 * A *full* sync writes everything. A *partial* one leaves out the chains of Services
 * that did not change, which in a large cluster is nearly all of the text. After a
 * failure nobody knows what the tables hold, so the next sync is full.
 */
import { type ClusterModel, changedServices, type ServiceModel } from "../model/cluster-model.ts";
import type { KubeProxyConfig } from "../model/config.ts";
import { jumpRules } from "./jump-rules.ts";
import { renderRules } from "./render.ts";
import { missingJumps, noSavedRules, type SavedRules } from "./saved-rules.ts";
import { type ServiceRules, serviceRules } from "./service-rules.ts";
import type { IptablesSettings } from "./settings.ts";

/** What is known after a sync. */
export interface IptablesState {
  /** What the last sync was made from; undefined before the first and after a failure. */
  readonly synced:
    | { readonly cluster: ClusterModel; readonly settings: IptablesSettings }
    | undefined;
  readonly saved: SavedRules;
  /** Milliseconds, as {@link SyncInput.nowMs}; -Infinity for never. */
  readonly lastFullMs: number;
  readonly lastCleanupMs: number;
}

export const initialState: IptablesState = {
  synced: undefined,
  saved: noSavedRules,
  lastFullMs: Number.NEGATIVE_INFINITY,
  lastCleanupMs: Number.NEGATIVE_INFINITY,
};

export interface SyncInput {
  readonly cluster: ClusterModel;
  /** Compared by identity: new settings make the sync full. */
  readonly settings: IptablesSettings;
  readonly config: KubeProxyConfig;
  readonly nowMs: number;
  /** Rules of Services by model, kept by the caller from sync to sync. */
  readonly rulesOf?: ((service: ServiceModel, comments: boolean) => ServiceRules) | undefined;
}

export interface SyncPlan {
  readonly payload: string;
  readonly type: "full" | "partial";
  /** Keys of Services whose chains are rewritten; undefined in a full sync, where all are. */
  readonly changed: ReadonlySet<string> | undefined;
  readonly staleChains: readonly string[];
  /** Service ports whose Local policy finds no endpoint on this node. */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
  /** The state when the payload was loaded. */
  readonly next: IptablesState;
}

export function planSync(state: IptablesState, input: SyncInput): SyncPlan {
  const { cluster, settings, config, nowMs } = input;
  const { host, iptables } = config;
  const isLarge = cluster.endpointCount > host.largeClusterEndpointsThreshold;
  const rulesOf =
    input.rulesOf ?? ((service, comments) => serviceRules(service, { ...settings, comments }));
  const services = Array.from(cluster.services.values(), (service) => ({
    key: service.key,
    rules: rulesOf(service, !isLarge),
  }));
  const isPartial =
    state.synced?.settings === settings && nowMs - state.lastFullMs < host.fullSyncPeriodMs;
  const changed = isPartial ? changedServices(state.synced.cluster, cluster) : undefined;
  const active = new Set(services.flatMap(({ rules }) => rules.chains));
  // Listing chains is slow where there are many; there stale ones stay a while, empty of traffic.
  const isCleanupDue = !isLarge || nowMs - state.lastCleanupMs > iptables.syncPeriodMs;
  const unneeded = [...state.saved.serviceChains].filter((chain) => !active.has(chain));
  const staleChains = isCleanupDue ? unneeded : [];
  const jumps = jumpRules(settings);
  return {
    payload: renderRules({
      services,
      settings,
      staleChains,
      ...(changed === undefined ? { jumps: missingJumps(jumps, state.saved) } : { changed }),
    }),
    type: changed === undefined ? "full" : "partial",
    changed,
    staleChains,
    noLocalEndpoints: countNoLocal(services.map(({ rules }) => rules)),
    next: {
      synced: { cluster, settings },
      saved: {
        serviceChains: isCleanupDue ? active : new Set([...active, ...unneeded]),
        jumps: changed === undefined ? jumps : state.saved.jumps,
      },
      lastFullMs: changed === undefined ? nowMs : state.lastFullMs,
      lastCleanupMs: isCleanupDue ? nowMs : state.lastCleanupMs,
    },
  };
}

/**
 * The state when loading `plan` failed. Tables are committed one by one, so some may hold
 * the new rules: a chain is taken to exist if it may. `saved` is what `iptables-save` says now, if anybody asked.
 */
export function afterFailure(
  state: IptablesState,
  { next }: SyncPlan,
  saved?: SavedRules,
): IptablesState {
  return {
    ...state,
    synced: undefined,
    saved: saved ?? {
      serviceChains: new Set([...state.saved.serviceChains, ...next.saved.serviceChains]),
      jumps: state.saved.jumps,
    },
  };
}

function countNoLocal(services: readonly ServiceRules[]): SyncPlan["noLocalEndpoints"] {
  const ports = services.flatMap((service) => service.ports);
  const count = (side: "internal" | "external"): number =>
    ports.filter(({ noLocalEndpoints }) => noLocalEndpoints[side]).length;
  return { internal: count("internal"), external: count("external") };
}
