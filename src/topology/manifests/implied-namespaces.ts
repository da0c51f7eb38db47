import { withDefaults } from "../../api/defaulting/defaults.ts";
import type { Namespace } from "../../api/objects/cluster.ts";
import type { ReadManifest } from "./read-manifests.ts";

/** Every cluster has these. */
const builtIn: ReadonlySet<string> = new Set([
  "default",
  "kube-node-lease",
  "kube-public",
  "kube-system",
]);

/** The namespaces that objects are in and nobody defines, each where it is first used. */
export function impliedNamespaces(manifests: readonly ReadManifest[]): readonly ReadManifest[] {
  const known = new Set(builtIn);
  for (const { object } of manifests) {
    if (object.kind === "Namespace") known.add(object.metadata.name);
  }
  return manifests.flatMap(({ object, spot }): readonly ReadManifest[] => {
    const { namespace } = object.metadata;
    if (namespace === undefined || known.has(namespace)) return [];
    known.add(namespace);
    const bare: Namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
    return [{ object: withDefaults<"Namespace">(bare), spot, status: undefined }];
  });
}
