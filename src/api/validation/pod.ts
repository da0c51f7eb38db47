import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
} from "../errors/field-errors.ts";
import type { Pod, PodSpec, PodTemplateSpec, Toleration } from "../objects/pod.ts";
import { checkContainer } from "./container.ts";
import { checkLabels, checkMetadata } from "./metadata.ts";
import { dns1123Label, dns1123Subdomain, qualifiedName } from "./names.ts";
import { checkDns } from "./pod-dns.ts";
import { checkVolumeMounts } from "./pod-volumes.ts";
import {
  checkEach,
  checkIpAddress,
  checkNonNegative,
  checkOneOf,
  checkText,
  type Faults,
} from "./rules.ts";

export function validatePod(pod: Pod): Faults {
  return [
    ...checkMetadata(pod.metadata, { namespaced: true }),
    ...checkPodSpec(["spec"], pod.spec),
  ];
}

/** @param claims names that the volume claim templates around the pod template make mountable. */
export function checkPodTemplate(
  path: FieldPath,
  template: PodTemplateSpec,
  claims: readonly string[] = [],
): Faults {
  return [
    ...checkLabels([...path, "metadata", "labels"], template.metadata?.labels),
    ...checkPodSpec([...path, "spec"], template.spec, claims),
  ];
}

function checkPodSpec(path: FieldPath, spec: PodSpec, claims: readonly string[] = []): Faults {
  const at = (field: string): FieldPath => [...path, field];
  return [
    ...checkContainers(path, spec),
    ...checkOs(at("os"), spec.os),
    ...checkVolumeMounts(path, spec, claims),
    ...checkOneOf(at("restartPolicy"), spec.restartPolicy, ["Always", "OnFailure", "Never"]),
    ...checkNonNegative(at("terminationGracePeriodSeconds"), spec.terminationGracePeriodSeconds),
    ...checkDns(path, spec),
    ...checkLabels(at("nodeSelector"), spec.nodeSelector),
    ...checkNodeName(at("nodeName"), spec.nodeName ?? ""),
    ...checkText(at("serviceAccountName"), spec.serviceAccountName || undefined, dns1123Subdomain),
    ...checkText(at("hostname"), spec.hostname || undefined, dns1123Label),
    ...checkText(at("subdomain"), spec.subdomain || undefined, dns1123Label),
    ...checkEach(at("tolerations"), spec.tolerations, checkToleration),
    ...checkEach(at("hostAliases"), spec.hostAliases, (each, { ip = "", hostnames }) => [
      ...checkIpAddress([...each, "ip"], ip),
      ...checkEach([...each, "hostnames"], hostnames, (one, name) =>
        checkText(one, name, dns1123Subdomain),
      ),
    ]),
    ...checkEach(at("readinessGates"), spec.readinessGates, (each, { conditionType = "" }) =>
      checkText([...each, "conditionType"], conditionType, qualifiedName),
    ),
  ];
}

function checkOs(path: FieldPath, os: PodSpec["os"]): Faults {
  if (os === undefined) return [];
  if (!os.name) return [required([...path, "name"], "cannot be empty")];
  return checkOneOf(path, os.name, ["linux", "windows"]);
}

function checkContainers(path: FieldPath, spec: PodSpec): Faults {
  const { containers, initContainers = [], hostNetwork = false, os } = spec;
  const names = new Set<string>();
  const checkNameOnce = (at: FieldPath, name: string): Faults => {
    if (names.has(name)) return [duplicate([...at, "name"], name)];
    if (name) names.add(name);
    return [];
  };
  return [
    ...(containers.length === 0 ? [required([...path, "containers"])] : []),
    ...checkEach([...path, "containers"], containers, (at, container) => [
      ...checkContainer(at, container, { hostNetwork, os: os?.name, isInit: false }),
      ...checkNameOnce(at, container.name),
    ]),
    ...checkEach([...path, "initContainers"], initContainers, (at, container) => [
      ...checkContainer(at, container, { hostNetwork, os: os?.name, isInit: true }),
      ...checkNameOnce(at, container.name),
    ]),
    ...checkHostPorts([...path, "containers"], containers),
  ];
}

/** One node port can be had once, by protocol and address. */
function checkHostPorts(path: FieldPath, containers: PodSpec["containers"]): Faults {
  const taken = new Set<string>();
  return checkEach(path, containers, (at, { ports }) =>
    checkEach([...at, "ports"], ports, (each, { hostPort = 0, protocol = "TCP", ...port }) => {
      if (hostPort === 0) return [];
      const { hostIP = "" } = port as { readonly hostIP?: string };
      const text = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(text)) return [duplicate([...each, "hostPort"], text)];
      taken.add(text);
      return [];
    }),
  );
}

function checkNodeName(path: FieldPath, name: string): Faults {
  return name === "" ? [] : checkText(path, name, dns1123Subdomain);
}

const taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

function checkToleration(path: FieldPath, toleration: Toleration): Faults {
  const { key = "", operator = "Equal", value = "", effect, tolerationSeconds } = toleration;
  const faults: FieldError[] = [];
  if (key !== "") faults.push(...checkText([...path, "key"], key, qualifiedName));
  if (key === "" && operator !== "Exists") {
    faults.push(
      invalid(
        [...path, "operator"],
        toleration.operator ?? "",
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    );
  }
  if (tolerationSeconds !== undefined && effect !== "NoExecute") {
    faults.push(
      invalid(
        [...path, "effect"],
        effect ?? "",
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
      ),
    );
  }
  if (operator === "Exists" && value !== "") {
    faults.push(
      invalid([...path, "operator"], toleration, "value must be empty when `operator` is 'Exists'"),
    );
  }
  faults.push(...checkOneOf([...path, "operator"], operator, ["Equal", "Exists"]));
  if (effect) faults.push(...checkOneOf([...path, "effect"], effect, taintEffects));
  return faults;
}
