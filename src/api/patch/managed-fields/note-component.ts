import { isDeepStrictEqual } from "node:util";
import { kindSchemas } from "../../decoding/kind-schemas.ts";
import { type AnyObject, type Kind, kinds } from "../../objects/kinds.ts";
import { trackUpdate } from "./track-update.ts";

/** Whose writing it is when a component writes, by what it writes: its name in a real cluster. */
const writers: { readonly [K in Kind]?: string } = { Node: "kubelet", Pod: "kubelet" };
const usualWriter = "kube-controller-manager";

/** Kinds of which a real controller writes the annotations together with the status. */
const wholeInStatus: ReadonlySet<Kind> = new Set(["Deployment"]);

/**
 * `object` with a note of what a component of the cluster changes in it.
 * Components write to the store itself, and say no name. Only objects on which
 * some client's writing was noted have notes at all.
 *
 * @param timestamp now, as the API writes times.
 */
export function noteComponent<T extends AnyObject>(
  object: T,
  previous: AnyObject,
  timestamp: string,
): T {
  const { managedFields } = object.metadata;
  // A client's request brings notes of its own.
  if (managedFields === undefined || managedFields !== previous.metadata.managedFields) {
    return object;
  }
  const { kind } = object;
  const isStatus = !isDeepStrictEqual(statusOf(object), statusOf(previous));
  // Binding a pod to its node is nobody's writing, as in a real cluster.
  if (kind === "Pod" && !isStatus) return object;
  const notes = trackUpdate(looseOf(previous), looseOf(object), {
    schema: kindSchemas[kind],
    manager: {
      manager: writers[kind] ?? usualWriter,
      operation: "Update",
      apiVersion: kinds[kind].apiVersion,
      ...((isStatus || wholeInStatus.has(kind)) && { subresource: "status" }),
    },
    part: kind === "Pod" ? "status" : "all",
    now: timestamp,
  });
  return { ...object, metadata: { ...object.metadata, managedFields: notes } };
}

function statusOf(object: AnyObject): unknown {
  // Not every kind has one.
  return (object as { readonly status?: unknown }).status;
}

function looseOf(object: AnyObject): Readonly<Record<string, unknown>> {
  // An object of the store is plain data with string keys.
  return object as unknown as Readonly<Record<string, unknown>>;
}
