/**
 * From one sync to the next: what the following transaction must hold, given what the node's
 * table holds already. A function of its input; nothing is remembered here.
 *
 * A *full* sync writes the table's skeleton and every chain. A *partial* one writes the chains of
 * Services that changed. Of the elements of sets and maps, both write only what differs from what
 * the table has, so that a sync without a change writes nothing.
 */
import { type ClusterModel, changedServices, type ServiceModel } from "../model/cluster-model.ts";
import type { KubeProxyConfig } from "../model/config.ts";
import type { Element, TableElement } from "./elements.ts";
import { ownerOf } from "./object-names.ts";
import type { ChainText } from "./service-chains.ts";
import type { ServiceRules } from "./service-rules.ts";
import type { NftablesSettings } from "./settings.ts";
import { familyWords } from "./statements.ts";
import { noTable, type TableContent } from "./table-content.ts";
import { skeletonCommands } from "./table-skeleton.ts";

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
  readonly services: ReadonlyMap<string, Pick<ServiceRules, "chains" | "affinitySets">>;
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
  readonly rulesOf: (service: ServiceModel) => ServiceRules;
}

export interface SyncPlan {
  /** One command a line; empty when the table is as it must be. */
  readonly commands: readonly string[];
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
): { readonly commands: readonly string[]; readonly next: NftablesState } {
  const due = [...state.stale].filter(([, since]) => nowMs - since > STALE_MS);
  if (due.length === 0) return { commands: [], next: state };
  const { table } = familyWords(settings.family);
  const stale = new Map(state.stale);
  for (const [chain] of due) stale.delete(chain);
  return {
    commands: due.map(([chain]) => `delete chain ${table} ${chain}`),
    next: { ...state, stale },
  };
}

export function planSync(state: NftablesState, input: SyncInput): SyncPlan {
  const { cluster, settings, nowMs, rulesOf } = input;
  const { table } = familyWords(settings.family);
  const isFull = isFullSync(state, input);
  const changed =
    isFull || state.synced === undefined
      ? undefined
      : changedServices(state.synced.cluster, cluster);
  const services = new Map<string, ServiceRules>();
  for (const [key, service] of cluster.services) services.set(key, rulesOf(service));
  const elements = gatherElements(services.values());
  const { emptied, stale } = staleChains(state, services, nowMs);
  const kept = state.hasSynced ? noTable : state.leftovers;
  const commands = [...(isFull ? skeletonCommands(settings, { isFirst: !state.hasSynced }) : [])];
  for (const [key, rules] of services) {
    if (changed?.has(key) ?? true) pushChains(commands, rules, kept);
  }
  pushElementChanges(commands, table, state.elements, elements);
  for (const chain of emptied) commands.push(`flush chain ${table} ${chain}`);
  for (const set of unneededSets(state, services)) commands.push(`delete set ${table} ${set}`);
  return {
    commands,
    type: isFull ? "full" : "partial",
    changed,
    noLocalEndpoints: countNoLocal(services.values()),
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
function pushChains(
  commands: string[],
  { endpoints, others }: ServiceRules,
  kept: Leftovers,
): void {
  for (const endpoint of endpoints) {
    if (isRightAlready(endpoint, kept)) continue;
    commands.push(...endpoint.commands);
  }
  for (const each of others) commands.push(...each.commands);
}

function isRightAlready(
  { chain, affinity }: ChainText,
  { filledChains, affinitySets }: Leftovers,
): boolean {
  if (!filledChains.has(chain) || affinity === undefined) return false;
  return affinitySets.has(affinity.set) === affinity.isWanted;
}

/** By id. Where two Services claim one address and port, the later in order has it. */
function gatherElements(services: Iterable<ServiceRules>): ReadonlyMap<string, Element> {
  const elements = new Map<string, Element>();
  for (const rules of services) {
    for (const element of rules.elements) elements.set(element.id, element);
  }
  return elements;
}

function pushElementChanges(
  commands: string[],
  table: string,
  before: NftablesState["elements"],
  after: ReadonlyMap<string, Element>,
): void {
  let kept = 0;
  for (const [id, element] of after) {
    const old = before.get(id);
    if (old !== undefined) kept++;
    if (old === element || old?.value === element.value) continue;
    if (old !== undefined) commands.push(deleteElement(table, element));
    commands.push(addElement(table, element));
  }
  if (kept === before.size) return;
  for (const [id, element] of before) {
    if (!after.has(id)) commands.push(deleteElement(table, element));
  }
}

function addElement(table: string, { container, key, value, comment }: Element): string {
  const said = comment === "" ? "" : ` comment "${comment}"`;
  const leads = value === "" ? "" : ` : ${value}`;
  return `add element ${table} ${container} { ${key}${said}${leads} }`;
}

function deleteElement(table: string, { container, key }: TableElement): string {
  return `delete element ${table} ${container} { ${key} }`;
}

/** What the table has and no Service needs: newly found, and all of it with its age. */
function staleChains(
  state: NftablesState,
  needed: ReadonlyMap<string, ServiceRules>,
  nowMs: number,
): { readonly emptied: readonly string[]; readonly stale: ReadonlyMap<string, number> } {
  const isNeeded = (chain: string): boolean =>
    needed.get(ownerOf(chain))?.chains.includes(chain) ?? false;
  const candidates = [...state.leftovers.chains];
  for (const [key, { chains }] of state.services) {
    // A Service that did not change has the same list: of thousands of chains only few are looked at.
    if (needed.get(key)?.chains !== chains) candidates.push(...chains);
  }
  const emptied = candidates.filter((chain) => !isNeeded(chain));
  const stale = new Map([...state.stale].filter(([chain]) => !isNeeded(chain)));
  for (const chain of emptied) stale.set(chain, nowMs);
  return { emptied, stale };
}

function unneededSets(
  state: NftablesState,
  needed: ReadonlyMap<string, ServiceRules>,
): readonly string[] {
  const candidates = [...state.leftovers.affinitySets];
  for (const [key, { affinitySets }] of state.services) {
    if (affinitySets.length > 0 && needed.get(key)?.affinitySets !== affinitySets) {
      candidates.push(...affinitySets);
    }
  }
  return candidates.filter((set) => !needed.get(ownerOf(set))?.affinitySets.includes(set));
}

function countNoLocal(services: Iterable<ServiceRules>): SyncPlan["noLocalEndpoints"] {
  let [internal, external] = [0, 0];
  for (const { noLocalEndpoints } of services) {
    internal += noLocalEndpoints.internal;
    external += noLocalEndpoints.external;
  }
  return { internal, external };
}
