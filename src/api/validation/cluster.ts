import { parseCidr } from "../../net/cidr.ts";
import { invalid, notSupported, required } from "../errors/field-errors.ts";
import type {
  ConfigMap,
  Event,
  Namespace,
  Node,
  Secret,
  ServiceAccount,
} from "../objects/cluster.ts";
import { checkMetadata } from "./metadata.ts";
import { configMapKey, dns1123Label, labelValueRule, qualifiedName } from "./names.ts";
import { checkEach, checkRequiredText, checkText, type Faults } from "./rules.ts";

export function validateNamespace({ metadata }: Namespace): Faults {
  return checkMetadata(metadata, { namespaced: false, name: dns1123Label });
}

export function validateNode({ metadata, spec }: Node): Faults {
  return [
    ...checkMetadata(metadata, { namespaced: false }),
    ...checkEach(["spec", "podCIDRs"], spec.podCIDRs, (at, text) =>
      parseCidr(text) === undefined
        ? [invalid(at, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
        : [],
    ),
    ...checkEach(["spec", "taints"], spec.taints, (at, { key, value = "", effect }) => [
      ...checkRequiredText([...at, "key"], key, qualifiedName),
      ...checkText([...at, "value"], value, labelValueRule),
      ...checkTaintEffect([...at, "effect"], effect),
    ]),
  ];
}

function checkTaintEffect(path: ReadonlyArray<string | number>, effect: string): Faults {
  const allowed = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
  if (!effect) return [required(path)];
  return allowed.includes(effect) ? [] : [notSupported(path, effect, allowed)];
}

export function validateConfigMap({ metadata, data = {}, binaryData = {} }: ConfigMap): Faults {
  const checkKeys = (field: string, keys: readonly string[]): Faults =>
    keys.flatMap((key) => checkText([field, key], key, configMapKey));
  const twice = Object.keys(data).filter((key) => Object.hasOwn(binaryData, key));
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...checkKeys("data", Object.keys(data)),
    ...checkKeys("binaryData", Object.keys(binaryData)),
    ...twice.map((key) => invalid(["data", key], key, "duplicate of key present in binaryData")),
  ];
}

export function validateSecret({ metadata, data = {} }: Secret): Faults {
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...Object.keys(data).flatMap((key) => checkText(["data", key], key, configMapKey)),
  ];
}

export function validateServiceAccount({ metadata }: ServiceAccount): Faults {
  return checkMetadata(metadata, { namespaced: true });
}

export function validateEvent({ metadata, involvedObject }: Event): Faults {
  const { namespace = "" } = involvedObject ?? {};
  const isElsewhere = namespace !== "" && namespace !== metadata.namespace;
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...(isElsewhere
      ? [invalid(["involvedObject", "namespace"], namespace, "does not match event.namespace")]
      : []),
  ];
}
