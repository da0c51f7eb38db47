import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from "../errors/field-errors.ts";
import type {
  LabelSelector,
  LabelSelectorRequirement,
  Labels,
  ObjectMeta,
  OwnerReference,
} from "../objects/meta.ts";
import {
  dns1123Label,
  dns1123Subdomain,
  labelValueRule,
  qualifiedName,
  type TextRule,
} from "./names.ts";
import { checkEach, checkRequiredText, checkText, type Faults } from "./rules.ts";

const longestAnnotationsBytes = 256 * 1024;

export interface MetadataRules {
  readonly namespaced: boolean;
  /** What a name of the kind may look like. @default dns1123Subdomain */
  readonly name?: TextRule;
}

export function checkMetadata(
  metadata: ObjectMeta,
  { namespaced, name: nameRule = dns1123Subdomain }: MetadataRules,
): Faults {
  const path = ["metadata"];
  return [
    ...checkName(metadata, nameRule),
    ...(namespaced
      ? checkRequiredText([...path, "namespace"], metadata.namespace, dns1123Label)
      : []),
    ...checkLabels([...path, "labels"], metadata.labels),
    ...checkAnnotations([...path, "annotations"], metadata.annotations),
    ...checkOwners([...path, "ownerReferences"], metadata.ownerReferences ?? []),
    ...checkEach([...path, "finalizers"], metadata.finalizers, (at, finalizer) =>
      checkText(at, finalizer, qualifiedName),
    ),
  ];
}

function checkName({ name, generateName = "" }: ObjectMeta, rule: TextRule): Faults {
  // The server appends a suffix, so a base may end in what a name may not.
  const base = generateName.endsWith("-") ? `${generateName.slice(0, -1)}a` : generateName;
  const wrong = generateName === "" ? undefined : rule(base);
  const generated =
    wrong === undefined ? [] : [invalid(["metadata", "generateName"], generateName, wrong)];
  if (name !== "") return [...generated, ...checkText(["metadata", "name"], name, rule)];
  return generateName === ""
    ? [required(["metadata", "name"], "name or generateName is required")]
    : generated;
}

export function checkLabels(path: FieldPath, labels: Labels = {}): Faults {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...checkText(path, key, qualifiedName),
    ...checkText(path, value, labelValueRule),
  ]);
}

function checkAnnotations(path: FieldPath, annotations: Labels = {}): Faults {
  const entries = Object.entries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return [
    // Keys of annotations may have capital letters in the prefix; the rule is for small ones.
    ...entries.flatMap(([key]) => {
      const wrong = qualifiedName(key.toLowerCase());
      return wrong === undefined ? [] : [invalid(path, key, wrong)];
    }),
    ...(size > longestAnnotationsBytes ? [tooLong(path, undefined, longestAnnotationsBytes)] : []),
  ];
}

function checkOwners(path: FieldPath, owners: readonly OwnerReference[]): Faults {
  const fields = ["apiVersion", "kind", "name", "uid"] as const;
  const missing = owners.flatMap((owner, index) =>
    fields
      .filter((field) => !owner[field])
      .map((field) => invalid([...path, index, field], owner[field] ?? "", "must not be empty")),
  );
  const controllers = owners.filter(({ controller }) => controller === true);
  const [first, second] = controllers;
  if (first === undefined || second === undefined) return missing;
  const named = [first, second].map(({ kind, name }) => `${kind}/${name}`).join(" and ");
  return [
    ...missing,
    invalid(
      path,
      owners,
      `Only one reference can have Controller set to true. Found "true" in references for ${named}`,
    ),
  ];
}

export function checkLabelSelector(path: FieldPath, selector: LabelSelector): Faults {
  return [
    ...checkLabels([...path, "matchLabels"], selector.matchLabels),
    ...checkEach([...path, "matchExpressions"], selector.matchExpressions, checkRequirement),
  ];
}

function checkRequirement(
  path: FieldPath,
  { key, operator, values = [] }: LabelSelectorRequirement,
): Faults {
  const keyFaults = checkText([...path, "key"], key, qualifiedName);
  const at = [...path, "values"];
  const valueFaults = values.flatMap((value, index) =>
    checkText([...at, index], value, labelValueRule),
  );
  return [...checkOperator(path, operator, values), ...keyFaults, ...valueFaults];
}

function checkOperator(
  path: FieldPath,
  operator: LabelSelectorRequirement["operator"],
  values: readonly string[],
): readonly FieldError[] {
  const at = [...path, "values"];
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length === 0
        ? [required(at, "must be specified when `operator` is 'In' or 'NotIn'")]
        : [];
    case "Exists":
    case "DoesNotExist":
      return values.length > 0
        ? [forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
        : [];
    default:
      // The type allows no other, a manifest does.
      return [invalidOperator([...path, "operator"], operator)];
  }
}

function invalidOperator(path: FieldPath, operator: unknown): FieldError {
  return operator === undefined
    ? required(path)
    : notSupported(path, operator, ["In", "NotIn", "Exists", "DoesNotExist"]);
}
