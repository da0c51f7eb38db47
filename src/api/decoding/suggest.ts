import { editDistance } from "../../base/nearest.ts";

/**
 * The names of `known` that `written` may have meant, nearest first: those at
 * most two typing errors away (one, for names of up to four letters), and those
 * that differ in case only.
 */
export function suggestNames(written: string, known: Iterable<string>): readonly string[] {
  const allowed = written.length <= 4 ? 1 : 2;
  return [...known]
    .map((name) => ({ name, distance: editDistance(written.toLowerCase(), name.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}
