import { ApiError } from "../../../api/errors/api-error.ts";
import { notFound } from "../../../api/errors/not-found.ts";
import type { AnyObject } from "../../../api/objects/kinds.ts";
import { type KubeObject, keyOf, type ObjectKey } from "../../../api/objects/meta.ts";
import { deleteObject } from "../../../api/requests/requests.ts";
import { successStatus } from "../../../api/requests/status.ts";
import type { Store } from "../../../api/store/store.ts";
import { type Answer, answerObject } from "../http/call.ts";
import {
  type Presentation,
  presentItem,
  presentList,
  presentObject,
} from "../presenting/presentation.ts";
import type { Selection } from "../reading/selection.ts";
import type { DeleteOptions } from "./delete-options.ts";

/** What kinds answer with their last state; others with a Status that says it is done. */
const shownWhenDeleted: ReadonlySet<string> = new Set(["Namespace", "Pod"]);

/** @throws ApiError NotFound, Forbidden; Conflict when a precondition does not hold. */
export function deleteOne(
  store: Store,
  presentation: Presentation,
  key: ObjectKey,
  options: DeleteOptions,
): Answer {
  const { resource } = presentation;
  const before = store.get(resource.stored, key);
  if (before === undefined) throw notFound(resource.stored, key.name);
  assertPreconditions(before, options);
  const after = options.dryRun ? before : deleteObject(store, resource.stored, key, options);
  const isHeld = store.get(resource.stored, key) !== undefined && !options.dryRun;
  if (isHeld || shownWhenDeleted.has(resource.stored)) {
    return answerObject(presentObject(presentation, isHeld ? after : ended(after, store)));
  }
  const { name, uid } = before.metadata;
  const { group, plural } = resource;
  return answerObject(
    successStatus({
      name,
      ...(group !== "" && { group }),
      kind: plural,
      ...(uid !== undefined && { uid }),
    }),
  );
}

/** A pod that is gone at once was given no time. */
function ended(object: AnyObject, store: Store): KubeObject {
  if (object.kind !== "Pod") return object;
  const end = { deletionTimestamp: store.timestamp(), deletionGracePeriodSeconds: 0 };
  return { ...object, metadata: { ...object.metadata, ...end } };
}

/** Deletes all that is selected, and answers with the list of it. */
export function deleteMany(
  store: Store,
  selection: Selection,
  presentation: Presentation,
  options: DeleteOptions,
): Answer {
  const { stored } = presentation.resource;
  const doomed = store.list(stored, selection.namespace).filter(selection.matches);
  const gone = options.dryRun
    ? doomed
    : doomed.map((object) => deleteObject(store, stored, keyOf(object), options));
  const { resourceVersion } = store;
  return answerObject({
    ...presentList(presentation, { resourceVersion }),
    items: gone.map((object) => presentItem(presentation, object)),
  });
}

function assertPreconditions(
  { kind, metadata }: AnyObject,
  { preconditions }: DeleteOptions,
): void {
  const refuse = (what: string, wanted: string, have: string | undefined): never => {
    throw new ApiError(
      "Conflict",
      `Operation cannot be fulfilled on ${kind} "${metadata.name}": the ${what} in the precondition (${wanted}) does not match the ${what} in record (${have}). The object might have been ${what === "UID" ? "deleted and then recreated" : "modified"}`,
      { details: { name: metadata.name, kind } },
    );
  };
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid) refuse("UID", uid, metadata.uid);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    refuse("ResourceVersion", resourceVersion, metadata.resourceVersion);
  }
}
