import { type LoadedLab, loadLab } from "../topology/load.ts";
import { type Matrix, type Variant, variantsOf } from "../topology/variants.ts";
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

/**
 * The files as every variant of their matrix, or of what is `chosen` in place of it; without either, as they are.
 *
 * @throws InvalidTopologyError with every mistake of the first variant that has any.
 */
export function loadVariants(
  files: string | readonly string[],
  chosen: Matrix = {},
): ReadonlyArray<{ readonly variant: Variant; readonly plan: LabPlan }> {
  const first = load(files, { network: chosen.network?.[0], proxyMode: chosen.proxyMode?.[0] });
  const { network = first.matrix.network, proxyMode = first.matrix.proxyMode } = chosen;
  return variantsOf({ network, proxyMode }).map((variant, index) => ({
    variant,
    plan: index === 0 ? first : load(files, variant),
  }));
}
