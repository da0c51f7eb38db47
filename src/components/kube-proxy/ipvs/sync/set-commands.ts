/** From the sets that are to those that should be: lines for `ipset restore`. */
import type { IpFamily } from "../../../../net/ip-address.ts";
import { createLine, kernelName, type SetContents } from "../wanted/ip-sets.ts";

/** By the kernel's name; a set that is not there is absent. */
export type ListedSets = ReadonlyMap<string, ReadonlySet<string>>;

/** What `ipset save` prints: `create NAME …`, `add NAME ENTRY`. */
export function parseSets(text: string): ListedSets {
  const sets = new Map<string, Set<string>>();
  for (const line of text.split("\n")) {
    const [verb, name = "", entry = ""] = line.split(" ");
    if (verb === "create") sets.set(name, new Set());
    if (verb === "add") sets.get(name)?.add(entry);
  }
  return sets;
}

/** Sets before rules: a rule cannot name one that is not there. None is ever deleted. */
export function setCommands(
  present: ListedSets,
  wanted: SetContents,
  family: IpFamily,
): readonly string[] {
  const created: string[] = [];
  let changed: string[] = [];
  for (const [set, entries] of wanted) {
    const name = kernelName(set, family);
    const known = present.get(name);
    if (known === undefined) created.push(createLine(set, family));
    // The one that was written: nothing in it has changed.
    if (known !== entries)
      changed = changed.concat(entryCommands(name, known ?? new Set(), entries));
  }
  return [...created, ...changed];
}

function entryCommands(
  name: string,
  present: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
): readonly string[] {
  return [
    ...[...wanted].filter((entry) => !present.has(entry)).map((entry) => `add ${name} ${entry}`),
    ...[...present].filter((entry) => !wanted.has(entry)).map((entry) => `del ${name} ${entry}`),
  ];
}

/** What is there once the commands have been run. */
export function listedSets(contents: SetContents, family: IpFamily): ListedSets {
  return new Map([...contents].map(([name, entries]) => [kernelName(name, family), entries]));
}
