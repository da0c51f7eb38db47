/** The elements of sets and maps: what differs between the table and what it must have. */
import { patchMap } from "../../model/cluster/patched-map.ts";
import { type Element, placeOf, type TableElement } from "../service-rules/elements.ts";
import type { ServiceRules } from "../service-rules/service-rules.ts";
import type { Script } from "../text/script.ts";

type Elements = ReadonlyMap<string, TableElement>;
type Services = ReadonlyMap<string, { readonly rules: ServiceRules }>;

export interface ElementInput {
  readonly script: Script;
  /** `ip kube-proxy`. */
  readonly table: string;
  readonly state: { readonly elements: Elements; readonly services: Services };
  readonly services: Services;
  /** Keys of Services that changed; undefined when any may have. */
  readonly changed: ReadonlySet<string> | undefined;
}

/** Adds the commands, and answers the elements that the table has after them. */
export function changeElements(input: ElementInput): Elements {
  const { script, table, state, services, changed } = input;
  const few = changed === undefined ? undefined : onlyOfChanged(input, changed);
  const [before, after] = few ?? [state.elements, gather(services.values())];
  for (const [id, element] of after) {
    const old = before.get(id);
    if (old?.value === element.value) continue;
    if (old !== undefined) script.add(deletion(table, element));
    script.add(addition(table, element));
  }
  for (const [id, element] of before) if (!after.has(id)) script.add(deletion(table, element));
  if (few === undefined) return after;
  return merge(state.elements, before, after);
}

/**
 * The elements of changed Services, before and after. Undefined when another Service has one of them too,
 * so that only all of them together say who has it.
 */
function onlyOfChanged(
  { state, services }: ElementInput,
  changed: ReadonlySet<string>,
): readonly [Elements, ReadonlyMap<string, Element>] | undefined {
  const pick = (all: Services): ReadonlyMap<string, Element> =>
    gather([...changed].flatMap((key) => all.get(key) ?? []));
  const [before, after] = [pick(state.services), pick(services)];
  const isTheirs = ({ id, value }: Element): boolean => state.elements.get(id)?.value === value;
  if (![...before.values()].every(isTheirs)) return undefined;
  const isNew = (id: string): boolean => !before.has(id);
  if ([...after.keys()].some((id) => isNew(id) && state.elements.has(id))) return undefined;
  const isGone = (id: string): boolean => before.has(id) && !after.has(id);
  if ([...before.keys()].some(isGone)) {
    for (const [key, { rules }] of services) {
      if (!changed.has(key) && rules.elements.some(({ id }) => isGone(id))) return undefined;
    }
  }
  return [before, after];
}

/** By id. Where two Services claim one address and port, the later in order has it. */
function gather(
  services: Iterable<{ readonly rules: ServiceRules }>,
): ReadonlyMap<string, Element> {
  const elements = new Map<string, Element>();
  for (const { rules } of services) {
    for (const element of rules.elements) elements.set(element.id, element);
  }
  return elements;
}

function merge(all: Elements, before: Elements, after: Elements): Elements {
  const changes = new Map<string, TableElement | undefined>(after);
  for (const id of before.keys()) if (!after.has(id)) changes.set(id, undefined);
  return patchMap(all, changes);
}

function addition(table: string, element: Element): string {
  const { container, key } = placeOf(element);
  const said = element.comment === "" ? "" : ` comment "${element.comment}"`;
  const leads = element.value === "" ? "" : ` : ${element.value}`;
  return `add element ${table} ${container} { ${key}${said}${leads} }`;
}

function deletion(table: string, element: TableElement): string {
  const { container, key } = placeOf(element);
  return `delete element ${table} ${container} { ${key} }`;
}
