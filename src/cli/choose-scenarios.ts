import { LabError } from "../lab/lab-error.ts";
import type { Scenario } from "../topology/scenario.ts";

export interface Choice {
  /** Only scenarios whose name matches. */
  readonly grep?: RegExp;
  /** The `index`-th of `of` parts, from 1. */
  readonly shard?: { readonly index: number; readonly of: number };
}

/**
 * The scenarios that `--grep` and `--shard` leave, with what they are of. Scenarios are dealt out
 * in turn over all files. What has scenarios, and none of them is left, is left out itself.
 *
 * @throws LabError `RUN_NO_SUCH_SCENARIO` when `--grep` matches none of them all.
 */
export function chooseScenarios<
  Plan extends { readonly scenarios: ReadonlyArray<Pick<Scenario, "name">> },
>(
  plans: readonly Plan[],
  { grep, shard }: Choice,
): ReadonlyArray<{ readonly plan: Plan; readonly scenarios: Plan["scenarios"] }> {
  const names = plans.flatMap(({ scenarios }) => scenarios.map(({ name }) => name));
  if (grep !== undefined && !names.some((name) => grep.test(name))) throw noMatch(grep, names);
  let position = 0;
  const isOurs = (): boolean => shard === undefined || position++ % shard.of === shard.index - 1;
  return plans
    .map((plan) => ({
      plan,
      scenarios: plan.scenarios.filter(({ name }) => (grep?.test(name) ?? true) && isOurs()),
    }))
    .filter(({ plan, scenarios }) => scenarios.length > 0 || plan.scenarios.length === 0);
}

function noMatch({ source }: RegExp, names: readonly string[]): LabError {
  const there = names.map((name) => `\n    ${name}`).join("");
  return new LabError({
    code: "RUN_NO_SUCH_SCENARIO",
    message: `no scenario matches ${source}`,
    hint: names.length === 0 ? "the files have none" : `there are:${there}`,
    exitCode: 2,
  });
}
