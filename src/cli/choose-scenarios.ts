import { LabError } from "../lab/lab-error.ts";
import type { Durations } from "../report/shards/durations.ts";
import type { Shard } from "../report/shards/merge-shards.ts";
import { splitShards } from "../report/shards/split-shards.ts";
import type { Scenario } from "../topology/scenario/scenario.ts";

export interface Choice {
  /** Only scenarios whose name matches. */
  readonly grep?: RegExp;
  /** The `index`-th of `of` parts, from 1. */
  readonly shard?: Pick<Shard, "index" | "of">;
}

/** A lab that is asked for. */
interface Asked {
  /** As reports call it. */
  readonly lab: string;
  readonly plan: { readonly scenarios: ReadonlyArray<Pick<Scenario, "name">> };
}

/** The same, with those of its scenarios that are to run. */
type Chosen<Lab extends Asked> = Lab & { readonly scenarios: Lab["plan"]["scenarios"] };

/**
 * The labs with the scenarios that `--grep` leaves. What has scenarios, and none of them is left, is left out itself.
 *
 * @throws LabError `RUN_NO_SUCH_SCENARIO` when the pattern matches none of them all.
 */
export function chooseScenarios<Lab extends Asked>(
  labs: readonly Lab[],
  grep: RegExp | undefined,
): ReadonlyArray<Chosen<Lab>> {
  const names = labs.flatMap(({ plan }) => plan.scenarios.map(({ name }) => name));
  if (grep !== undefined && !names.some((name) => grep.test(name))) throw noMatch(grep, names);
  return labs
    .map((lab) => ({
      ...lab,
      scenarios: lab.plan.scenarios.filter(({ name }) => grep?.test(name) ?? true),
    }))
    .filter(({ plan, scenarios }) => scenarios.length > 0 || plan.scenarios.length === 0);
}

/** What of them is one shard's, and which part of the whole that is. */
export function chooseShard<Lab extends Chosen<Asked>>(
  labs: readonly Lab[],
  { index, of }: Pick<Shard, "index" | "of">,
  durations: Durations,
): { readonly labs: readonly Lab[]; readonly shard: Shard } {
  const named = labs.map(({ lab, scenarios }) => ({
    lab,
    scenarios: scenarios.map(({ name }) => name),
  }));
  const split = splitShards(named, of, durations);
  const own = labs.flatMap((lab, position) => {
    const part = split[position];
    if (part === undefined || !part.shards.includes(index)) return [];
    const scenarios = lab.scenarios.filter((_, at) => part.scenarios[at]?.shard === index);
    return [{ ...lab, scenarios }];
  });
  return { labs: own, shard: { index, of, labs: split } };
}

function noMatch({ source }: RegExp, names: readonly string[]): LabError {
  const there = names.map((name) => `\n    ${name}`).join("");
  return new LabError({
    code: "RUN_NO_SUCH_SCENARIO",
    message: `no scenario matches ${source}`,
    hint: `there are:${there}`,
    exitCode: 2,
  });
}
