import type { EndpointSubset } from "../../api/objects/service.ts";

const maxAddresses = 1_000;

/** On Endpoints that do not list all there are. */
export const overCapacityAnnotation = "endpoints.kubernetes.io/over-capacity";

export interface Truncated {
  readonly subsets: readonly EndpointSubset[];
  readonly isTruncated: boolean;
}

/**
 * Keeps at most `most` addresses: ready ones before others, and of each subset a
 * share that goes with its size.
 */
export function truncateSubsets(
  subsets: readonly EndpointSubset[],
  most: number = maxAddresses,
): Truncated {
  const ready = count(subsets, "addresses");
  const notReady = count(subsets, "notReadyAddresses");
  if (ready + notReady <= most) return { subsets, isTruncated: false };
  if (ready > most) {
    const onlyReady = subsets.map(({ notReadyAddresses: _left, ...subset }) => subset);
    return { subsets: share(onlyReady, "addresses", ready, most), isTruncated: true };
  }
  return {
    subsets: share(subsets, "notReadyAddresses", notReady, most - ready),
    isTruncated: true,
  };
}

type Field = "addresses" | "notReadyAddresses";

function count(subsets: readonly EndpointSubset[], field: Field): number {
  return subsets.reduce((sum, subset) => sum + (subset[field]?.length ?? 0), 0);
}

function share(
  subsets: readonly EndpointSubset[],
  field: Field,
  total: number,
  most: number,
): readonly EndpointSubset[] {
  let left = most;
  return subsets.map((subset) => {
    const { [field]: all = [], ...rest } = subset;
    const kept = Math.min(Math.round((all.length / total) * most), left);
    left -= kept;
    return kept === 0 ? rest : { ...rest, [field]: all.slice(0, kept) };
  });
}
