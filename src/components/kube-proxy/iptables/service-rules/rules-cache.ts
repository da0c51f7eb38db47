/**
 * The rules of Services, each worked out once: from sync to sync most Services are the
 * same, and what is the same is the same object. Most are the same from node to node
 * as well, and then all nodes of the lab share one text.
 */
import type { ServiceModel } from "../../model/cluster/cluster-model.ts";
import { isSameOnEveryNode } from "../../model/decisions/same-on-every-node.ts";
import type { IptablesSettings } from "../settings.ts";
import { type ServiceRules, serviceRules } from "./service-rules.ts";

/** Holds nothing longer than its Service's model lives. */
type Cache = WeakMap<ServiceModel, Map<string, ServiceRules>>;

const sharedByAllNodes: Cache = new WeakMap();

/** What {@link serviceRules} answers under one node's settings. */
export function cachedServiceRules(
  settings: IptablesSettings,
): (service: ServiceModel, comments: boolean) => ServiceRules {
  const own: Cache = new WeakMap();
  const { masqueradeAll, localhostNodePorts, nfacctCounters, detector } = settings;
  const variant = JSON.stringify([masqueradeAll, localhostNodePorts, nfacctCounters, detector]);
  const [withComments, without] = [`${variant} comments`, `${variant} bare`];
  return (service, comments) => {
    let variants = own.get(service) ?? sharedByAllNodes.get(service);
    if (variants === undefined) {
      variants = new Map();
      (isSameOnEveryNode(service) ? sharedByAllNodes : own).set(service, variants);
    }
    const key = comments ? withComments : without;
    const known = variants.get(key);
    if (known !== undefined) return known;
    const rules = serviceRules(service, { ...settings, comments });
    variants.set(key, rules);
    return rules;
  };
}
