/** The rules of Services, each worked out once a node's settings: from sync to sync most Services are the same. */
import type { ServiceModel } from "../../model/cluster/cluster-model.ts";
import { isSameOnEveryNode } from "../../model/decisions/same-on-every-node.ts";
import type { NftablesSettings } from "../settings.ts";
import { type ServiceRules, serviceRules } from "./service-rules.ts";

/** Holds nothing longer than its Service's model lives. */
type Cache = WeakMap<ServiceModel, ServiceRules>;

/** By what the rules depend on besides. */
const sharedByAllNodes = new Map<string, Cache>();

/** What {@link serviceRules} answers under one node's settings. */
export function cachedServiceRules(
  settings: NftablesSettings,
): (service: ServiceModel) => ServiceRules {
  const { family, masqueradeAll, detector } = settings;
  const variant = JSON.stringify([family, masqueradeAll, detector]);
  const shared: Cache = sharedByAllNodes.get(variant) ?? new WeakMap();
  sharedByAllNodes.set(variant, shared);
  const own: Cache = new WeakMap();
  return (service) => {
    const known = shared.get(service) ?? own.get(service);
    if (known !== undefined) return known;
    const rules = serviceRules(service, settings);
    (isSameOnEveryNode(service) ? shared : own).set(service, rules);
    return rules;
  };
}
