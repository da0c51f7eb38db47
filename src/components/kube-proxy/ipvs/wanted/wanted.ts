/**
 * All that the Services want of a node in ipvs mode. From one sync to the next what no changed Service touches stays the
 * same object, so that comparing it costs nothing.
 */
import { isDeepStrictEqual } from "node:util";
import type { ClusterModel, ServiceModel } from "../../model/cluster/cluster-model.ts";
import { patchMap } from "../../model/cluster/patched-map.ts";
import { decide, lacksLocal } from "../../model/decisions/decisions.ts";
import { usesLocalEndpoints } from "../../model/services/service-port.ts";
import type { IpvsSettings } from "../settings.ts";
import { type SetContents, type SetEntry, type SetName, setEntries, setNames } from "./ip-sets.ts";
import { barringRules } from "./rules.ts";
import { serverKey, type VirtualServer, virtualServers } from "./virtual-server.ts";

export interface Wanted {
  /** By key. Of two Services that want the same one, the first has it. */
  readonly servers: ReadonlyMap<string, VirtualServer>;
  readonly contents: SetContents;
  /** Rules about single Services, of those that have some, by the Service's key. */
  readonly barring: ReadonlyMap<string, readonly string[]>;
  /** Of what is wanted more than once, how often: by the server's key, or set and entry. */
  readonly shared: ReadonlyMap<string, number>;
  /** Service ports whose Local policy finds no endpoint here, though there are some elsewhere. */
  readonly noLocalEndpoints: LocalCounts;
}

type LocalCounts = { readonly [S in "internal" | "external"]: number };

export function wantedBy({ services }: ClusterModel, settings: IpvsSettings): Wanted {
  const servers = new Map<string, VirtualServer>();
  const contents = new Map(setNames.map((name) => [name, new Set<string>()]));
  const barring = new Map<string, readonly string[]>();
  const shared = new Map<string, number>();
  let noLocalEndpoints: LocalCounts = { internal: 0, external: 0 };
  const share = (id: string): void => void shared.set(id, (shared.get(id) ?? 1) + 1);
  for (const [serviceKey, service] of services) {
    for (const server of virtualServers(service, settings)) {
      const key = serverKey(server);
      if (servers.has(key)) share(key);
      else servers.set(key, server);
    }
    for (const each of setEntries(service, settings)) {
      const [name, entry] = each;
      const set = contents.get(name);
      if (set?.has(entry)) share(idOf(each));
      else set?.add(entry);
    }
    const rules = barringRules(service, settings);
    if (rules.length > 0) barring.set(serviceKey, rules);
    noLocalEndpoints = countNoLocal(noLocalEndpoints, service, settings, 1);
  }
  return { servers, contents, barring, shared, noLocalEndpoints };
}

/** One Service before and after; undefined where there is none. */
type Change = readonly [before: ServiceModel | undefined, after: ServiceModel | undefined];

export interface WantedStep {
  readonly wanted: Wanted;
  /** The keys of virtual servers that are otherwise, new and gone ones included. */
  readonly touched: ReadonlySet<string>;
}

/**
 * What {@link wantedBy} answers once these Services have changed, in the time that they take. Undefined where only all
 * Services together say who has what: two want the same virtual server, or there are rules about single Services.
 */
export function wantedAfter(
  before: Wanted,
  changes: readonly Change[],
  settings: IpvsSettings,
): WantedStep | undefined {
  const barringOf = (service: ServiceModel | undefined): number =>
    service === undefined ? 0 : barringRules(service, settings).length;
  if (changes.some((change) => change.some((service) => barringOf(service) > 0))) return undefined;
  const servers = changedServers(before, changes, settings);
  if (servers === undefined) return undefined;
  const noLocalEndpoints = changes.reduce(
    (counts, [old = NONE, now = NONE]) =>
      countNoLocal(countNoLocal(counts, old, settings, -1), now, settings, 1),
    before.noLocalEndpoints,
  );
  return {
    wanted: {
      ...before,
      noLocalEndpoints,
      servers: patchMap(before.servers, servers),
      ...changedContents(before, changes, settings),
    },
    touched: new Set(servers.keys()),
  };
}

function changedServers(
  before: Wanted,
  changes: readonly Change[],
  settings: IpvsSettings,
): ReadonlyMap<string, VirtualServer | undefined> | undefined {
  const changed = new Map<string, VirtualServer | undefined>();
  const serversOf = (service: ServiceModel | undefined): readonly VirtualServer[] =>
    virtualServers(service ?? NONE, settings);
  for (const server of changes.flatMap(([old]) => serversOf(old))) {
    changed.set(serverKey(server), undefined);
  }
  for (const server of changes.flatMap(([, now]) => serversOf(now))) {
    const key = serverKey(server);
    const isAnothers = before.servers.has(key) && !changed.has(key);
    // Wanted by two that change, or by one that does not.
    if (isAnothers || changed.get(key) !== undefined) return undefined;
    changed.set(key, server);
  }
  if ([...changed.keys()].some((key) => before.shared.has(key))) return undefined;
  for (const [key, server] of changed) {
    if (isDeepStrictEqual(server, before.servers.get(key))) changed.delete(key);
  }
  return changed;
}

/** With this Service's ports, taken `times` as often. */
function countNoLocal(
  { internal, external }: LocalCounts,
  { ports }: ServiceModel,
  { node }: IpvsSettings,
  times: 1 | -1,
): LocalCounts {
  const decisions = ports
    .filter(({ port }) => usesLocalEndpoints(port))
    .map((port) => decide(port, node));
  const lacking = (side: keyof LocalCounts): number =>
    times * decisions.filter((each) => lacksLocal(each, side)).length;
  return { internal: internal + lacking("internal"), external: external + lacking("external") };
}

/** A Service that is not there. */
const NONE: ServiceModel = { key: "", ports: [] };

function changedContents(
  before: Wanted,
  changes: readonly Change[],
  settings: IpvsSettings,
): Pick<Wanted, "contents" | "shared"> {
  const contents = new Map(before.contents);
  const shared = new Map(before.shared);
  /** Copied when it is first changed. */
  const edited = new Map<SetName, Set<string>>();
  const edit = (name: SetName): Set<string> => {
    const set = edited.get(name) ?? new Set(before.contents.get(name));
    edited.set(name, set);
    contents.set(name, set);
    return set;
  };
  for (const [each, difference] of differences(changes, settings)) {
    const [name, entry] = each;
    const has = contents.get(name)?.has(entry) === true;
    const id = idOf(each);
    const count = (shared.get(id) ?? Number(has)) + difference;
    if (count > 1) shared.set(id, count);
    else shared.delete(id);
    if (count > 0 && !has) edit(name).add(entry);
    if (count <= 0 && has) edit(name).delete(entry);
  }
  return { contents, shared };
}

/** How much more often each entry is wanted; only of those where it differs. */
function differences(
  changes: readonly Change[],
  settings: IpvsSettings,
): ReadonlyArray<readonly [SetEntry, number]> {
  const counts = new Map<string, readonly [SetEntry, number]>();
  const count = (service: ServiceModel | undefined, by: number): void => {
    for (const entry of setEntries(service ?? NONE, settings)) {
      const id = idOf(entry);
      counts.set(id, [entry, (counts.get(id)?.[1] ?? 0) + by]);
    }
  };
  for (const [before, after] of changes) {
    count(before, -1);
    count(after, 1);
  }
  return [...counts.values()].filter(([, difference]) => difference !== 0);
}

function idOf([name, entry]: SetEntry): string {
  return `${name} ${entry}`;
}
