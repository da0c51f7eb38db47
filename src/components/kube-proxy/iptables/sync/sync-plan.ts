/**
 * From one sync to the next: what the following payload must hold, given what the
 * node's tables hold already. A function of its input; nothing is remembered here.
 *
 * A *full* sync writes everything. A *partial* one leaves out the chains of Services
 * that did not change, which in a large cluster is nearly all of the text. After a
 * failure nobody knows what the tables hold, so the next sync is full. In a cluster that is not
 * large, it also is when the last full one was long ago. (In a large one, too, before pull request 138571: Kubernetes 1.37, and later
 * patches of 1.34 to 1.36.)
 */

import type { KubeProxyConfig } from "../../config/config.ts";
import {
  type ClusterModel,
  changedServices,
  type ServiceModel,
} from "../../model/cluster/cluster-model.ts";
import {
  countNoLocal,
  type PlannedServices,
  planServices,
} from "../../model/cluster/planned-services.ts";
import { jumpRules } from "../fixed-rules/jump-rules.ts";
import { chainsOf, type ServiceRules, serviceRules } from "../service-rules/service-rules.ts";
import type { IptablesSettings } from "../settings.ts";
import { renderRules } from "./render.ts";
import { missingJumps, noSavedRules, type SavedRules } from "./saved-rules.ts";

/** What is known after a sync. */
export interface IptablesState {
  /** What the last sync was made from; undefined before the first and after a failure. */
  readonly synced:
    | { readonly cluster: ClusterModel; readonly settings: IptablesSettings }
    | undefined;
  /** By Service, what the last sync left in the tables. */
  readonly services: PlannedServices<ServiceRules>;
  /** Per-service chains that may be in nat besides, and that nobody needs. */
  readonly leftovers: ReadonlySet<string>;
  readonly jumps: SavedRules["jumps"];
  /** Milliseconds, as {@link SyncInput.nowMs}; -Infinity for never. */
  readonly lastFullMs: number;
  readonly lastCleanupMs: number;
}

/** Before the first sync of a node that has `saved`; as a rule, that has nothing. */
export function initialState(saved: SavedRules = noSavedRules): IptablesState {
  return {
    synced: undefined,
    services: new Map(),
    leftovers: saved.serviceChains,
    jumps: saved.jumps,
    lastFullMs: Number.NEGATIVE_INFINITY,
    lastCleanupMs: Number.NEGATIVE_INFINITY,
  };
}

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
  const { host } = config;
  const isLarge = isLargeCluster(cluster, config);
  const rulesOf =
    input.rulesOf ?? ((service, comments) => serviceRules(service, { ...settings, comments }));
  const isOverdue =
    nowMs - state.lastFullMs >= host.fullSyncPeriodMs &&
    // What the cluster was at the last sync, as in the real one.
    !(state.synced && isLargeCluster(state.synced.cluster, config));
  const isPartial = state.synced?.settings === settings && !isOverdue;
  const changed = isPartial ? changedServices(state.synced.cluster, cluster) : undefined;
  const services = planServices(
    cluster,
    (model) => rulesOf(model, !isLarge),
    changed && { services: state.services, changed },
  );
  // Listing chains is slow where there are many; there stale ones stay a while, empty of traffic.
  const isCleanupDue = !isLarge || nowMs - state.lastCleanupMs > config.syncPeriodMs;
  const unneeded = unneededChains(state, services, changed);
  const staleChains = isCleanupDue ? [...unneeded] : [];
  const jumps = jumpRules(settings);
  return {
    payload: renderRules({
      services,
      settings,
      staleChains,
      ...(changed === undefined ? { jumps: missingJumps(jumps, state.jumps) } : { changed }),
    }),
    type: changed === undefined ? "full" : "partial",
    changed,
    staleChains,
    noLocalEndpoints: countNoLocal(services),
    next: {
      synced: { cluster, settings },
      services,
      leftovers: isCleanupDue ? new Set() : unneeded,
      jumps: changed === undefined ? jumps : state.jumps,
      lastFullMs: changed === undefined ? nowMs : state.lastFullMs,
      lastCleanupMs: isCleanupDue ? nowMs : state.lastCleanupMs,
    },
  };
}

function isLargeCluster({ endpointCount }: ClusterModel, { host }: KubeProxyConfig): boolean {
  return endpointCount > host.largeClusterEndpointsThreshold;
}

/**
 * The state when loading `plan` failed. Tables are committed one by one, so some may hold
 * the new rules: a chain is taken to exist if it may. `saved` is what `iptables-save` says
 * now, if anybody asked.
 */
export function afterFailure(
  state: IptablesState,
  { next }: SyncPlan,
  saved?: SavedRules,
): IptablesState {
  const possible = [state, next].flatMap(({ services, leftovers }) => [
    ...Array.from(services.values(), ({ rules }) => chainsOf(rules)).flat(),
    ...leftovers,
  ]);
  return {
    ...state,
    synced: undefined,
    services: new Map(),
    leftovers: saved?.serviceChains ?? new Set(possible),
    jumps: saved?.jumps ?? state.jumps,
  };
}

/** What the tables may hold and no Service needs. */
function unneededChains(
  { services, leftovers }: IptablesState,
  needed: PlannedServices<ServiceRules>,
  changed: ReadonlySet<string> | undefined,
): ReadonlySet<string> {
  const candidates = new Set(leftovers);
  for (const key of changed ?? services.keys()) {
    for (const name of chainsOf(services.get(key)?.rules)) candidates.add(name);
    // A chain belongs to one Service, whose name is hashed into its own.
    for (const name of chainsOf(needed.get(key)?.rules)) candidates.delete(name);
  }
  // What a sync left over no Service needed that has not changed since; who left the rest is not known.
  const keepers = changed === undefined && leftovers.size > 0 ? needed.values() : [];
  for (const { rules } of keepers) for (const name of chainsOf(rules)) candidates.delete(name);
  return candidates;
}
