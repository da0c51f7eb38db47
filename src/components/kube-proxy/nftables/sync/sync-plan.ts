/**
 * From one sync to the next: what the following transaction must hold, given what the node's
 * table holds already. A function of its input; nothing is remembered here.
 *
 * A *full* sync writes the table's skeleton and every chain. A *partial* one writes the chains of
 * Services that changed. Of the elements of sets and maps, both write only what differs from what
 * the table has, so that a sync without a change writes nothing.
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
import { skeletonCommands } from "../fixed-rules/table-skeleton.ts";
import { affinitySetOf, ownerOf } from "../service-rules/object-names.ts";
import type { IsRight } from "../service-rules/service-chains.ts";
import { addChains, namesOf, type ServiceRules } from "../service-rules/service-rules.ts";
import type { NftablesSettings } from "../settings.ts";
import { Script } from "../text/script.ts";
import { familyWords } from "../text/statements.ts";
import { changeElements } from "./element-changes.ts";
import { noTable, type TableContent } from "./table-content.ts";

type Leftovers = Omit<TableContent, "elements">;

/** What is known after a sync. */
export interface NftablesState {
  /** Whether this kube-proxy has made the table; else a former one may have. */
  readonly hasSynced: boolean;
  /** What the last sync was made from; undefined before the first and after a failure. */
  readonly synced:
    | { readonly cluster: ClusterModel; readonly settings: NftablesSettings }
    | undefined;
  /** By id. */
  readonly elements: TableContent["elements"];
  /** By Service, what the last sync left in the table. */
  readonly services: PlannedServices<ServiceRules>;
  /** Per-service objects that the table has besides. */
  readonly leftovers: Leftovers;
  /** Emptied chains that wait for their deletion, with the time when they were emptied. */
  readonly stale: ReadonlyMap<string, number>;
  /** Milliseconds, as {@link SyncInput.nowMs}; -Infinity for never. */
  readonly lastFullMs: number;
}

export interface SyncInput {
  readonly cluster: ClusterModel;
  /** Compared by identity: new settings make the sync full. */
  readonly settings: NftablesSettings;
  readonly config: KubeProxyConfig;
  readonly nowMs: number;
  /** Rules of Services by model, kept by the caller from sync to sync. */
  readonly rulesOf: (service: ServiceModel) => ServiceRules;
}

export interface SyncPlan {
  /**
   * To be made one after the other; none when the table is as it must be. As a rule one; where there are very many Services, some
   * that write their chains and lead no traffic there yet, and a last one that does.
   */
  readonly transactions: readonly string[];
  /** All of them; empty where there is none. */
  readonly script: string;
  /** How many commands that is. */
  readonly operations: number;
  readonly type: "full" | "partial";
  /** Keys of Services whose chains are rewritten; undefined in a full sync, where all are. */
  readonly changed: ReadonlySet<string> | undefined;
  /** Service ports whose Local policy finds no endpoint on this node. */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
  /** The state when the transaction was made. */
  readonly next: NftablesState;
}

/**
 * Kernels before 6.2 notice late that no element leads to a chain any more, and refuse to delete
 * it; so a chain is emptied at once and deleted by a later sync.
 */
const STALE_MS = 1_000;

/** When nothing is known but what the table has; before the first sync, as a rule, that has nothing. */
export function stateOfTable(
  { elements, ...leftovers }: TableContent = noTable,
  { hasSynced }: Pick<NftablesState, "hasSynced"> = { hasSynced: false },
): NftablesState {
  return {
    hasSynced,
    synced: undefined,
    elements,
    services: new Map(),
    leftovers,
    stale: new Map(),
    lastFullMs: Number.NEGATIVE_INFINITY,
  };
}

export function isFullSync(
  { synced, lastFullMs }: NftablesState,
  { settings, config, nowMs }: Pick<SyncInput, "settings" | "config" | "nowMs">,
): boolean {
  return synced?.settings !== settings || nowMs - lastFullMs >= config.host.fullSyncPeriodMs;
}

/** The chains that have been stale long enough: deleted in a transaction of their own, before the sync's. */
export function dueDeletions(
  state: NftablesState,
  { settings, nowMs }: Pick<SyncInput, "settings" | "nowMs">,
): { readonly script: string; readonly next: NftablesState } {
  const due = [...state.stale].filter(([, since]) => nowMs - since > STALE_MS);
  if (due.length === 0) return { script: "", next: state };
  const { table } = familyWords(settings.family);
  const script = new Script();
  const stale = new Map(state.stale);
  for (const [chain] of due) {
    script.add(`delete chain ${table} ${chain}`);
    stale.delete(chain);
  }
  return { script: script.transactions().join(""), next: { ...state, stale } };
}

export function planSync(state: NftablesState, input: SyncInput): SyncPlan {
  const { cluster, settings, nowMs, rulesOf } = input;
  const { table } = familyWords(settings.family);
  const isFull = isFullSync(state, input);
  const changed =
    isFull || state.synced === undefined
      ? undefined
      : changedServices(state.synced.cluster, cluster);
  const services = planServices(cluster, rulesOf, changed && { services: state.services, changed });
  const script = new Script();
  if (isFull) script.addAll(skeletonCommands(settings, { isFirst: !state.hasSynced }));
  addChangedChains(script, changed, services, state, settings);
  const elements = changeElements({ script, table, state, services, changed });
  const { emptied, stale } = staleChains(state, { services, changed, nowMs });
  for (const chain of emptied) script.add(`flush chain ${table} ${chain}`);
  for (const set of unneeded("affinitySets", state, { services, changed }))
    script.add(`delete set ${table} ${set}`);
  const transactions = script.transactions();
  return {
    transactions,
    // Put together only in name, until somebody reads it.
    script: transactions.reduce((all, each) => all + each, ""),
    operations: script.operations,
    type: isFull ? "full" : "partial",
    changed,
    noLocalEndpoints: countNoLocal(services),
    next: {
      hasSynced: true,
      synced: { cluster, settings },
      elements,
      services,
      leftovers: noTable,
      stale,
      lastFullMs: isFull ? nowMs : state.lastFullMs,
    },
  };
}

/**
 * In the first sync the chain of an endpoint that a former kube-proxy made is right as it is,
 * if its set of clients is there exactly where one is wanted: that makes restarts cheap.
 */
function addChangedChains(
  script: Script,
  changed: ReadonlySet<string> | undefined,
  services: PlannedServices<ServiceRules>,
  { hasSynced, leftovers: { filledChains, affinitySets } }: NftablesState,
  settings: NftablesSettings,
): void {
  const isRight: IsRight = (chain, { isSticky }) =>
    filledChains.has(chain) && affinitySets.has(affinitySetOf(chain)) === isSticky;
  const mayKeep = !hasSynced && filledChains.size > 0;
  for (const key of changed ?? services.keys()) {
    const service = services.get(key);
    if (service === undefined) continue;
    // Between Services: the old chains of one and new ones of another stand side by side without harm.
    script.mayPart();
    addChains(script, service.rules, settings, mayKeep ? isRight : undefined);
  }
}

interface Step {
  readonly services: PlannedServices<ServiceRules>;
  /** Keys; undefined when any Service may be otherwise. */
  readonly changed: ReadonlySet<string> | undefined;
}

/** What the table has and no Service needs: newly found, and all of it with its age. */
function staleChains(
  state: NftablesState,
  step: Step & { readonly nowMs: number },
): { readonly emptied: readonly string[]; readonly stale: ReadonlyMap<string, number> } {
  const emptied = unneeded("chains", state, step);
  const isNeeded = neededNames(step.services, "chains");
  const stale = new Map([...state.stale].filter(([chain]) => !isNeeded(chain)));
  for (const chain of emptied) stale.set(chain, step.nowMs);
  return { emptied, stale };
}

function unneeded(
  what: "chains" | "affinitySets",
  state: NftablesState,
  { services, changed }: Step,
): readonly string[] {
  const candidates = [...state.leftovers[what]];
  for (const key of changed ?? state.services.keys()) {
    const before = state.services.get(key);
    if (before !== undefined && services.get(key)?.rules !== before.rules) {
      candidates.push(...namesOf(before.rules, what));
    }
  }
  const isNeeded = neededNames(services, what);
  return candidates.filter((name) => !isNeeded(name));
}

/** Tells whether a Service needs what is called so. */
function neededNames(
  services: PlannedServices<ServiceRules>,
  what: "chains" | "affinitySets",
): (name: string) => boolean {
  const byOwner = new Map<string, ReadonlySet<string>>();
  return (name) => {
    const owner = ownerOf(name);
    const known = byOwner.get(owner);
    const rules = services.get(owner)?.rules;
    const names = known ?? new Set(rules === undefined ? [] : namesOf(rules, what));
    if (known === undefined) byOwner.set(owner, names);
    return names.has(name);
  };
}
