import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from "../errors/field-errors.ts";
import { formatLabelSelector, matchesSelector } from "../label-selector.ts";
import type { LabelSelector } from "../objects/meta.ts";
import type { PodTemplateSpec } from "../objects/pod.ts";
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "../objects/workload.ts";
import { checkLabelSelector, checkMetadata } from "./metadata.ts";
import { checkPodTemplate } from "./pod.ts";
import { checkNonNegative, checkOneOf, type Faults } from "./rules.ts";

const at = (...path: FieldPath): FieldPath => ["spec", ...path];

export function validateDeployment({ metadata, spec }: Deployment): Faults {
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec;
  const deadline = at("progressDeadlineSeconds");
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...checkNonNegative(at("replicas"), spec.replicas),
    ...checkSelectorAndTemplate(spec, "deployment"),
    ...checkStrategy(spec),
    ...checkNonNegative(at("minReadySeconds"), spec.minReadySeconds),
    ...checkNonNegative(at("revisionHistoryLimit"), spec.revisionHistoryLimit),
    ...checkNonNegative(deadline, progressDeadlineSeconds),
    ...(progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds
      ? [invalid(deadline, progressDeadlineSeconds, "must be greater than minReadySeconds")]
      : []),
  ];
}

export function validateReplicaSet({ metadata, spec }: ReplicaSet): Faults {
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...checkNonNegative(at("replicas"), spec.replicas),
    ...checkNonNegative(at("minReadySeconds"), spec.minReadySeconds),
    // The server, too, says "deployment" here.
    ...checkSelectorAndTemplate(spec, "deployment"),
  ];
}

export function validateStatefulSet({ metadata, spec }: StatefulSet): Faults {
  const { podManagementPolicy: policy, updateStrategy, ordinals } = spec;
  const { type, rollingUpdate } = updateStrategy ?? {};
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...checkNonNegative(at("replicas"), spec.replicas),
    ...(policy === undefined || policy === "OrderedReady" || policy === "Parallel"
      ? []
      : [invalid(at("podManagementPolicy"), policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...(type === undefined || type === "RollingUpdate" || type === "OnDelete"
      ? []
      : [invalid(at("updateStrategy"), updateStrategy, "must be 'RollingUpdate' or 'OnDelete'")]),
    ...checkNonNegative(
      at("updateStrategy", "rollingUpdate", "partition"),
      rollingUpdate?.partition,
    ),
    ...checkNonNegative(at("ordinals", "start"), ordinals?.start),
    ...checkSelectorAndTemplate(spec, "statefulset", claimNames(spec)),
  ];
}

function claimNames(spec: StatefulSet["spec"]): readonly string[] {
  // Claims are kept but not typed: there is no storage here.
  const { volumeClaimTemplates = [] } = spec as {
    readonly volumeClaimTemplates?: ReadonlyArray<{
      readonly metadata?: { readonly name?: string };
    }>;
  };
  return volumeClaimTemplates.flatMap(({ metadata }) => metadata?.name ?? []);
}

export function validateDaemonSet({ metadata, spec }: DaemonSet): Faults {
  const { type, rollingUpdate = {} } = spec.updateStrategy ?? {};
  const strategy = at("updateStrategy");
  const { maxSurge = 0, maxUnavailable = 0 } = rollingUpdate;
  const isStuck = type === "RollingUpdate" && isZero(maxSurge) && isZero(maxUnavailable);
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...checkSelectorAndTemplate(spec, "daemonset"),
    ...checkNonNegative(at("minReadySeconds"), spec.minReadySeconds),
    ...checkOneOf([...strategy, "type"], type, ["RollingUpdate", "OnDelete"]),
    ...checkRollingUpdate([...strategy, "rollingUpdate"], rollingUpdate),
    ...(isStuck
      ? [
          required(
            [...strategy, "rollingUpdate", "maxUnavailable"],
            "cannot be 0 when maxSurge is 0",
          ),
        ]
      : []),
  ];
}

interface Selecting {
  readonly selector?: LabelSelector;
  readonly template: PodTemplateSpec;
}

function checkSelectorAndTemplate(
  { selector, template }: Selecting,
  what: string,
  claims: readonly string[] = [],
): Faults {
  const faults: FieldError[] = [];
  const labels = template.metadata?.labels ?? {};
  if (selector === undefined) faults.push(required(at("selector")));
  else {
    faults.push(...checkLabelSelector(at("selector"), selector));
    if (formatLabelSelector(selector) === "") {
      faults.push(invalid(at("selector"), selector, `empty selector is invalid for ${what}`));
    } else if (faults.length === 0 && !matchesSelector(selector, labels)) {
      // Its pods would not be its own, and it would make new ones for ever.
      faults.push(
        invalid(
          at("template", "metadata", "labels"),
          labels,
          "`selector` does not match template `labels`",
        ),
      );
    }
  }
  const { restartPolicy } = template.spec;
  const restart = at("template", "spec", "restartPolicy");
  if (restartPolicy === "OnFailure" || restartPolicy === "Never") {
    faults.push(notSupported(restart, restartPolicy, ["Always"]));
  }
  return [...faults, ...checkPodTemplate(at("template"), template, claims)];
}

function checkStrategy({ strategy }: Deployment["spec"]): Faults {
  const { type, rollingUpdate } = strategy ?? {};
  const path = at("strategy", "rollingUpdate");
  if (type === "Recreate") {
    return rollingUpdate === undefined
      ? []
      : [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")];
  }
  const { maxSurge = 0, maxUnavailable = 0 } = rollingUpdate ?? {};
  return [
    ...checkOneOf(at("strategy", "type"), type, ["Recreate", "RollingUpdate"]),
    ...checkRollingUpdate(path, rollingUpdate ?? {}),
    ...(rollingUpdate !== undefined && isZero(maxSurge) && isZero(maxUnavailable)
      ? [invalid([...path, "maxUnavailable"], maxUnavailable, "may not be 0 when `maxSurge` is 0")]
      : []),
  ];
}

function checkRollingUpdate(
  path: FieldPath,
  rollingUpdate: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string },
): Faults {
  const { maxSurge, maxUnavailable } = rollingUpdate;
  const unavailable = [...path, "maxUnavailable"];
  return [
    ...checkCountOrPercentage(unavailable, maxUnavailable),
    ...(typeof maxUnavailable === "string" && Number.parseInt(maxUnavailable, 10) > 100
      ? [invalid(unavailable, maxUnavailable, "must not be greater than 100%")]
      : []),
    ...checkCountOrPercentage([...path, "maxSurge"], maxSurge),
  ];
}

function checkCountOrPercentage(path: FieldPath, value: number | string | undefined): Faults {
  if (typeof value !== "string") return checkNonNegative(path, value);
  return /^[0-9]+%$/.test(value)
    ? []
    : [
        invalid(
          path,
          value,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
      ];
}

function isZero(value: number | string): boolean {
  return Number.parseInt(String(value), 10) === 0;
}
