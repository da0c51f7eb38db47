import type { ServiceModel } from "../model/cluster-model.ts";
import { type ServiceRules, serviceRules } from "./service-rules.ts";
import type { IptablesSettings } from "./settings.ts";

/**
 * The rules of Services under one node's settings, each worked out once: most Services are the
 * same from sync to sync, and what is the same is the same object.
 */
export function cachedServiceRules(
  settings: IptablesSettings,
): (service: ServiceModel, comments: boolean) => ServiceRules {
  const caches = {
    withComments: new WeakMap<ServiceModel, ServiceRules>(),
    withoutComments: new WeakMap<ServiceModel, ServiceRules>(),
  };
  return (service, comments) => {
    const cache = comments ? caches.withComments : caches.withoutComments;
    let rules = cache.get(service);
    if (rules === undefined) {
      rules = serviceRules(service, { ...settings, comments });
      cache.set(service, rules);
    }
    return rules;
  };
}
