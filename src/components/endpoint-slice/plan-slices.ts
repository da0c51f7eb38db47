/**
 * How to bring a Service's slices to what they should hold while changing as few
 * of them as possible: every node reads every changed slice. After the upstream
 * controller: endpoints stay in the slice they are in, new ones fill up slices
 * that change anyway, then a slice that has room for all of them, then new slices.
 */
import { isDeepStrictEqual } from "node:util";
import type { Labels } from "../../api/objects/meta.ts";
import type { EndpointPort, EndpointSlice, SliceEndpoint } from "../../api/objects/service.ts";
import { type EndpointGroup, portsKey } from "./desired-endpoints.ts";

export interface SlicePlan {
  /** Without name: the writer makes them from its template. */
  readonly create: ReadonlyArray<EndpointGroup>;
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

const noPorts: readonly EndpointPort[] = [];

/**
 * @param existing the slices of one Service and one address family that this controller manages.
 * @param labels what each of them should carry.
 */
export function planSlices(
  existing: readonly EndpointSlice[],
  desired: ReadonlyMap<string, EndpointGroup>,
  labels: Labels,
  maxEndpoints: number,
): SlicePlan {
  const create: EndpointGroup[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  const byPorts = groupByPorts(existing);
  for (const [key, slices] of byPorts) if (!desired.has(key)) remove.push(...slices);
  for (const [key, group] of desired) {
    const planned = planGroup(byPorts.get(key) ?? [], group, labels, maxEndpoints);
    create.push(...planned.create);
    update.push(...planned.update);
    remove.push(...planned.remove);
  }
  const remains = existing.length - remove.length + create.length;
  return remains > 0 ? { create, update, remove } : withPlaceholder(existing, labels);
}

/** An empty slice says that there are no endpoints; no slice says nothing. */
function withPlaceholder(existing: readonly EndpointSlice[], labels: Labels): SlicePlan {
  const placeholder = existing.find(({ ports }) => ports.length === 0);
  if (placeholder === undefined) {
    return { create: [{ ports: noPorts, endpoints: [] }], update: [], remove: existing };
  }
  const wanted = withContent(placeholder, [], labels);
  return {
    create: [],
    update: isDeepStrictEqual(wanted, placeholder) ? [] : [wanted],
    remove: existing.filter((slice) => slice !== placeholder),
  };
}

function planGroup(
  existing: readonly EndpointSlice[],
  { ports, endpoints }: EndpointGroup,
  labels: Labels,
  maxEndpoints: number,
): SlicePlan {
  const missing = new Map(endpoints.map((endpoint) => [identity(endpoint), endpoint]));
  const kept = existing.map((slice) => ({ slice, endpoints: takeKnown(slice, missing) }));
  const remove = kept.filter((each) => each.endpoints.length === 0).map(({ slice }) => slice);
  const remaining = kept.filter((each) => each.endpoints.length > 0);
  const isChanged = ({ slice, endpoints: wanted }: (typeof kept)[number]): boolean =>
    !isDeepStrictEqual(withContent(slice, wanted, labels), slice);
  const changed = remaining.filter(isChanged);
  const unchanged = remaining.filter((each) => !isChanged(each));
  const waiting = [...missing.values()];
  // The fullest first, so that few are left with room.
  changed.sort((a, b) => b.endpoints.length - a.endpoints.length);
  for (const each of changed) fill(each.endpoints, waiting, maxEndpoints);
  if (waiting.length > 0) {
    const roomy = unchanged
      .filter((each) => each.endpoints.length + waiting.length <= maxEndpoints)
      .sort((a, b) => b.endpoints.length - a.endpoints.length)[0];
    if (roomy !== undefined) {
      fill(roomy.endpoints, waiting, maxEndpoints);
      changed.push(roomy);
    }
  }
  const create: EndpointGroup[] = [];
  while (waiting.length > 0) create.push({ ports, endpoints: waiting.splice(0, maxEndpoints) });
  const update = changed.map((each) => withContent(each.slice, each.endpoints, labels));
  return { create, update, remove };
}

/** The slice's endpoints that are still wanted, as they should be now; they are missing no more. */
function takeKnown(slice: EndpointSlice, missing: Map<string, SliceEndpoint>): SliceEndpoint[] {
  return slice.endpoints.flatMap((endpoint) => {
    const key = identity(endpoint);
    const wanted = missing.get(key);
    missing.delete(key);
    return wanted ?? [];
  });
}

function fill(into: SliceEndpoint[], waiting: SliceEndpoint[], maxEndpoints: number): void {
  into.push(...waiting.splice(0, maxEndpoints - into.length));
}

/** An endpoint stays the same one while its addresses and its pod do. */
function identity({ addresses, targetRef }: SliceEndpoint): string {
  return JSON.stringify([addresses, targetRef?.namespace, targetRef?.name, targetRef?.uid]);
}

function groupByPorts(slices: readonly EndpointSlice[]): ReadonlyMap<string, EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = portsKey(slice.ports);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(slice);
  }
  return groups;
}

function withContent(
  slice: EndpointSlice,
  endpoints: readonly SliceEndpoint[],
  labels: Labels,
): EndpointSlice {
  return { ...slice, metadata: { ...slice.metadata, labels }, endpoints };
}
