/** One key for objects of all kinds, for controllers that look at all of them. */
import { type AnyObject, isKind, type Kind } from "../../api/objects/kinds.ts";
import type { ObjectKey } from "../../api/objects/meta.ts";

export interface KindKey {
  readonly kind: Kind;
  readonly key: ObjectKey;
}

/** `ReplicaSet:default:web-5c5f7b7d9d`; no name of a kind or namespace has a colon. */
export function formatObjectKey({ kind, metadata }: AnyObject): ObjectKey {
  return { namespace: "", name: `${kind}:${metadata.namespace ?? ""}:${metadata.name}` };
}

/** The reverse of {@link formatObjectKey}. */
export function parseObjectKey({ name: text }: ObjectKey): KindKey {
  const [kind = "", namespace = "", ...rest] = text.split(":");
  if (!isKind(kind)) throw new TypeError(`${text} does not begin with a kind`);
  return { kind, key: { namespace, name: rest.join(":") } };
}
