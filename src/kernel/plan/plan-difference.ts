/** Plans of one netns put together, and what one has that another lacks. Pure. */
import type { NetnsPlan } from "./plan.ts";

/** Entries that a plan has a list of. */
const lists = ["links", "addresses", "routes", "neighbours", "fdb"] as const;

/** The entries of `plan` that `other` does not have just so. Sysctls, which are set and not made, are left out beside another plan. */
export function planDifference(plan: NetnsPlan, other: NetnsPlan | undefined): NetnsPlan {
  if (other === undefined) return plan;
  const difference: Record<string, readonly unknown[]> = {};
  for (const name of lists) {
    const entries: readonly object[] = plan[name] ?? [];
    const known = new Set((other[name] ?? []).map((entry) => JSON.stringify(entry)));
    const own = entries.filter((entry) => !known.has(JSON.stringify(entry)));
    if (own.length > 0) difference[name] = own;
  }
  return { netns: plan.netns, ...difference };
}

/** Whether there is anything to do. */
export function isEmptyPlan(plan: NetnsPlan): boolean {
  return Object.keys(plan).length === 1;
}

/** One plan for each netns, in the order in which the plans first name them. */
export function mergedByNetns(plans: readonly NetnsPlan[]): readonly NetnsPlan[] {
  const byNetns = new Map<string, NetnsPlan>();
  for (const plan of plans) {
    const known = byNetns.get(plan.netns);
    byNetns.set(plan.netns, known === undefined ? plan : merged(known, plan));
  }
  return [...byNetns.values()];
}

function merged(one: NetnsPlan, other: NetnsPlan): NetnsPlan {
  return {
    netns: one.netns,
    sysctls: { ...one.sysctls, ...other.sysctls },
    links: [...(one.links ?? []), ...(other.links ?? [])],
    addresses: [...(one.addresses ?? []), ...(other.addresses ?? [])],
    routes: [...(one.routes ?? []), ...(other.routes ?? [])],
    neighbours: [...(one.neighbours ?? []), ...(other.neighbours ?? [])],
    fdb: [...(one.fdb ?? []), ...(other.fdb ?? [])],
    deviceSysctls: { ...one.deviceSysctls, ...other.deviceSysctls },
  };
}
