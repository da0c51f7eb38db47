/** The `conditions` of a status: one per type, each knowing since when it holds. */
import type { Condition } from "./objects/meta.ts";

export function findCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * Puts `condition` in place of the one of its type, or at the end. The time of
 * transition stays while the status stays; the same list comes back when
 * nothing but that time would differ.
 *
 * @param timestamp now, as the API writes times.
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
  timestamp: string,
): readonly Condition[] {
  const before = conditions ?? [];
  const previous = findCondition(before, condition.type);
  const lastTransitionTime =
    previous?.status === condition.status ? (previous.lastTransitionTime ?? timestamp) : timestamp;
  if (
    previous !== undefined &&
    previous.status === condition.status &&
    previous.reason === condition.reason &&
    previous.message === condition.message
  ) {
    return before;
  }
  const next = { ...condition, lastTransitionTime };
  if (previous === undefined) return [...before, next];
  return before.map((each) => (each === previous ? next : each));
}
