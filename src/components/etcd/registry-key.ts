/**
 * Where an API server keeps an object in etcd: `/registry/pods/NAMESPACE/NAME`. The places are named after the
 * resources, but for those that are older than that rule. After `pkg/registry` of Kubernetes, where each resource's
 * storage says its own.
 */
import { type Kind, kinds } from "../../api/objects/kinds.ts";
import type { ObjectKey } from "../../api/objects/meta.ts";

export const registryPrefix = "/registry/";

const exceptions: Readonly<Partial<Record<Kind, string>>> = {
  Endpoints: "services/endpoints",
  Node: "minions",
  Service: "services/specs",
};

/** `/registry/services/specs/default/kubernetes`, `/registry/minions/node01`. */
export function registryKey(kind: Kind, { namespace, name }: ObjectKey): string {
  const place = registryPrefix + placeOf(kind);
  return kinds[kind].namespaced ? `${place}/${namespace}/${name}` : `${place}/${name}`;
}

/** The reverse; undefined for what is no place of an object that the store could hold. */
export function parseRegistryKey(
  text: string,
): { readonly kind: Kind; readonly key: ObjectKey } | undefined {
  if (!text.startsWith(registryPrefix)) return undefined;
  // Object.keys loses the key type of a constant table.
  const kind = (Object.keys(kinds) as Kind[]).find((each) =>
    text.startsWith(`${registryPrefix}${placeOf(each)}/`),
  );
  if (kind === undefined) return undefined;
  const rest = text.slice(registryPrefix.length + placeOf(kind).length + 1).split("/");
  const [namespace = "", name = ""] = kinds[kind].namespaced ? rest : ["", ...rest];
  const isWhole = rest.length === (kinds[kind].namespaced ? 2 : 1) && name !== "";
  return isWhole ? { kind, key: { namespace, name } } : undefined;
}

function placeOf(kind: Kind): string {
  return exceptions[kind] ?? kinds[kind].plural;
}
