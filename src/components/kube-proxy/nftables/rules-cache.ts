/** The rules of Services, each worked out once a node's settings: from sync to sync most Services are the same. */
import type { ServiceModel } from "../model/cluster-model.ts";
import { isSameOnEveryNode } from "../model/same-on-every-node.ts";
import { type ServiceRules, serviceRules } from "./service-rules.ts";
import type { NftablesSettings } from "./settings.ts";

/** Holds nothing longer than its Service's model lives. */
type Cache = WeakMap<ServiceModel, Map<string, ServiceRules>>;

const sharedByAllNodes: Cache = new WeakMap();

/** What {@link serviceRules} answers under one node's settings. */
export function cachedServiceRules(
  settings: NftablesSettings,
): (service: ServiceModel) => ServiceRules {
  const own: Cache = new WeakMap();
  const { family, masqueradeAll, detector } = settings;
  const variant = JSON.stringify([family, masqueradeAll, detector]);
  return (service) => {
    let variants = own.get(service) ?? sharedByAllNodes.get(service);
    if (variants === undefined) {
      variants = new Map();
      (isSameOnEveryNode(service) ? sharedByAllNodes : own).set(service, variants);
    }
    const rules = variants.get(variant) ?? serviceRules(service, settings);
    variants.set(variant, rules);
    return rules;
  };
}
