import {
  duplicate,
  type FieldError,
  type FieldPath,
  notFoundAt,
  required,
} from "../errors/field-errors.ts";
import type { Container, PodSpec } from "../objects/pod.ts";
import { dns1123Label } from "./names.ts";
import { checkEach, checkRequiredText, type Faults } from "./rules.ts";

/** Volumes have names of their own, and what containers mount is one of them or of `claims`. */
export function checkVolumeMounts(
  path: FieldPath,
  spec: PodSpec,
  claims: readonly string[],
): Faults {
  // What an author sends may lack what the type says is there.
  const volumes: ReadonlyArray<{ readonly name?: string }> = spec.volumes ?? [];
  const names = new Set<string>();
  const faults: FieldError[] = [];
  for (const [index, { name }] of volumes.entries()) {
    const at = [...path, "volumes", index, "name"];
    faults.push(...checkRequiredText(at, name, dns1123Label));
    if (name !== undefined && names.has(name)) faults.push(duplicate(at, name));
    if (name !== undefined) names.add(name);
  }
  const checkMounts = (at: FieldPath, container: Container): Faults =>
    checkEach(
      [...at, "volumeMounts"],
      container.volumeMounts,
      (each, { name = "", mountPath = "" }) => [
        ...(name === "" ? [required([...each, "name"])] : []),
        ...(name !== "" && !names.has(name) && !claims.includes(name)
          ? [notFoundAt([...each, "name"], name)]
          : []),
        ...(mountPath === "" ? [required([...each, "mountPath"])] : []),
      ],
    );
  return [
    ...faults,
    ...checkEach([...path, "containers"], spec.containers, checkMounts),
    ...checkEach([...path, "initContainers"], spec.initContainers, checkMounts),
  ];
}
