import { type LoadedLab, loadLab } from "../topology/load.ts";
import { checkFilter } from "./check-filter.ts";
import type { UpOptions } from "./up.ts";

/** What a lab is made from: loaded, checked, and not yet built. */
export interface LabPlan extends LoadedLab {
  /** The first of the files, as it was named. */
  readonly file: string;
}

/** @throws InvalidTopologyError with every mistake. */
export function load(
  files: string | readonly string[],
  { network, proxyMode }: Pick<UpOptions, "network" | "proxyMode"> = {},
): LabPlan {
  const names = [files].flat();
  const loaded = loadLab(names, { checkFilter, network, proxyMode });
  return { ...loaded, file: names[0] ?? "" };
}
