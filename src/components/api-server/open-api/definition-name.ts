import type { Resource } from "../resources/resource.ts";

/** `meta.v1.ObjectMeta` → `io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta`: as a real server's documents call it. */
export function definitionName(typeName: string): string {
  const prefix = typeName.startsWith("meta.") ? "io.k8s.apimachinery.pkg.apis" : "io.k8s.api";
  return `${prefix}.${typeName}`;
}

/** `core.v1.Pod`, `apps.v1.Deployment`. */
export function typeNameOf({
  group,
  version,
  kind,
}: Pick<Resource, "group" | "kind" | "version">): string {
  const [first] = (group === "" ? "core" : group).split(".");
  return `${first}.${version}.${kind}`;
}

/** `Container` of `core.v1.Container`. */
export function shortName(typeName: string): string {
  return typeName.slice(typeName.lastIndexOf(".") + 1);
}
