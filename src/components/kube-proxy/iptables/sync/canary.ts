/**
 * Whether somebody has flushed the tables. A chain that holds nothing stands in each of them; whoever deletes all
 * chains, as firewalls do when they are reloaded, deletes it too.
 *
 * @see pkg/util/iptables/iptables.go, Monitor
 */
import { until } from "../../../../base/until.ts";
import { CANARY_CHAIN } from "../fixed-rules/jump-rules.ts";
import { chainLine } from "../text/payload.ts";

/** Tables are flushed one by one: what is written before the last of them is gone again at once. */
const WAIT_MS = 5_000;
const INTERVAL_MS = 100;

/** Of what `iptables-save` prints, of one table or of all. */
export function hasCanary(saved: string): boolean {
  return saved.includes(`\n${chainLine(CANARY_CHAIN)}\n`);
}

/** Resolves when no table has its canary any more, or when that has taken too long. */
export async function whenAllIsGone(readRules: () => Promise<string>): Promise<void> {
  const signal = AbortSignal.timeout(WAIT_MS);
  const isGone = async (): Promise<true | undefined> => !hasCanary(await readRules()) || undefined;
  try {
    await until(isGone, { intervalMs: INTERVAL_MS, signal });
  } catch (error) {
    // One table alone was flushed: it is made right with the others.
    if (!signal.aborted) throw error;
  }
}
