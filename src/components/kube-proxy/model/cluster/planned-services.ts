/** From sync to sync, what a mode has for each Service: of thousands of Services only those that changed are looked at. */
import type { ClusterModel, ServiceModel } from "./cluster-model.ts";
import { patchMap } from "./patched-map.ts";

interface Planned<Rules> {
  readonly model: ServiceModel;
  readonly rules: Rules;
}

/** By key, in the cluster's order. */
export type PlannedServices<Rules> = ReadonlyMap<string, Planned<Rules>>;

/** What the sync before has left, and the keys of Services that are otherwise now, new and gone ones included. */
export interface LastPlan<Rules> {
  readonly services: PlannedServices<Rules>;
  readonly changed: ReadonlySet<string>;
}

/** Without `last`, every Service is planned anew. */
export function planServices<Rules>(
  { services }: Pick<ClusterModel, "services">,
  rulesOf: (model: ServiceModel) => Rules,
  last?: LastPlan<Rules>,
): PlannedServices<Rules> {
  const plan = (model: ServiceModel): Planned<Rules> => ({ model, rules: rulesOf(model) });
  if (last === undefined) return inOrderOf(services, (_, model) => plan(model));
  const changes = new Map(
    Array.from(last.changed, (key) => {
      const model = services.get(key);
      return [key, model && plan(model)] as const;
    }),
  );
  const planned = patchMap(last.services, changes);
  const hasNew = [...last.changed].some((key) => services.has(key) && !last.services.has(key));
  return hasNew ? inOrderOf(services, (key, model) => planned.get(key) ?? plan(model)) : planned;
}

function inOrderOf<T>(
  services: ClusterModel["services"],
  make: (key: string, model: ServiceModel) => T,
): ReadonlyMap<string, T> {
  const values = new Map<string, T>();
  for (const [key, model] of services) values.set(key, make(key, model));
  return values;
}

interface LocalCounts {
  readonly internal: number;
  readonly external: number;
}

/** Over all Services. */
export function countNoLocal(
  services: PlannedServices<{ readonly noLocalEndpoints: LocalCounts }>,
): LocalCounts {
  let [internal, external] = [0, 0];
  for (const { rules } of services.values()) {
    internal += rules.noLocalEndpoints.internal;
    external += rules.noLocalEndpoints.external;
  }
  return { internal, external };
}
