import type { Matrix, Variant } from "../topology/variants.ts";

/** A list of a matrix of which somebody has to choose one: with what, and among what. */
export interface OpenChoice {
  readonly option: "--network" | "--proxy-mode";
  readonly among: readonly string[];
}

/** For whatever is one variant of a file: what its matrix leaves open that nobody has chosen. */
export function openChoices(
  { network = [], proxyMode = [] }: Matrix,
  chosen: Partial<Omit<Variant, "label">>,
): readonly OpenChoice[] {
  const choices = [
    { option: "--network", chosen: chosen.network, among: network },
    { option: "--proxy-mode", chosen: chosen.proxyMode, among: proxyMode },
  ] as const;
  return choices.flatMap(({ option, among, chosen: one }) =>
    one === undefined && among.length > 1 ? [{ option, among }] : [],
  );
}
