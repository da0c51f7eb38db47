/** What every object of the API carries. Names and spelling are the API's own; see apimachinery's meta/v1 types. */

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export type Labels = Readonly<Record<string, string>>;

export interface ObjectMeta {
  readonly name: string;
  /** Absent on objects that belong to no namespace: Node, Namespace. */
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid?: string;
  /** Grows with every write to the store; compare for equality only. */
  readonly resourceVersion?: string;
  /** Grows when `spec` changes, not when `status` does. */
  readonly generation?: number;
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp?: string;
  /** Set while a pod is being shut down; the object is gone once nothing holds it. */
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** Which fields one writer owns. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  /** RFC 3339; when the writer's fields changed last. */
  readonly time?: string;
  readonly fieldsType?: string;
  /** The fields as a tree of steps: see api/patch/managed-fields/field-set.ts. */
  readonly fieldsV1?: unknown;
  /** The part of the object that was written, when it was one: `status`, `scale`. */
  readonly subresource?: string;
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  /** Of a node's conditions: when the node said so last. */
  readonly lastHeartbeatTime?: string;
  readonly observedGeneration?: number;
}

/** What names an object within its kind. */
export interface ObjectKey {
  /** `""` for kinds without a namespace. */
  readonly namespace: string;
  readonly name: string;
}

export function keyOf({ metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.name };
}

/** `namespace/name`, or the bare name where there is no namespace. */
export function formatKey({ namespace, name }: ObjectKey): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

/** The reverse of {@link formatKey}. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf("/");
  return slash === -1
    ? { namespace: "", name: text }
    : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}
