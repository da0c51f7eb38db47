/** Applying, on the server's side and as kubectl does it on its own. */
import { isRecord } from "../decoding/check-schema.ts";
import { kindSchemas } from "../decoding/kind-schemas.ts";
import type { AnyObject } from "../objects/kinds.ts";
import { applyConfiguration } from "../patch/apply/apply-configuration.ts";
import { applyWritten } from "../patch/apply/apply-written.ts";
import { assertDeclared } from "../patch/apply/assert-declared.ts";
import type { Store } from "../store/store.ts";
import { identify } from "./admission.ts";
import { looseOf, writingOf } from "./field-manager.ts";
import { identifyOrRefuse } from "./refusals.ts";
import type { RequestOptions, Written } from "./request-options.ts";
import { createObject, updateObject, updateObjectStatus } from "./requests.ts";

export interface ApplyOptions extends RequestOptions {
  readonly fieldManager: string;
  /** Takes fields of others instead of refusing. */
  readonly force?: boolean;
}

/**
 * Server-side apply: lays `configuration` over what is there, or creates it.
 * See {@link applyConfiguration}.
 *
 * @throws ApiError Conflict when it would change what another manager owns; Unknown for fields that there are not; and
 *   as creating and updating do.
 */
export function applyOwnedFields(
  store: Store,
  configuration: Readonly<Record<string, unknown>>,
  { force = false, fieldManager, subresource, ...options }: ApplyOptions,
): Written & { readonly isNew: boolean } {
  const { kind, key } = identifyOrRefuse(configuration, options);
  const live: AnyObject | undefined = store.get(kind, key);
  assertDeclared(configuration, kind, key);
  const input = applyConfiguration(live && looseOf(live), configuration, {
    schema: kindSchemas[kind],
    ...writingOf(kind, fieldManager, "Apply", subresource),
    now: store.timestamp(),
    force,
    object: { kind, name: key.name },
  });
  const write =
    live === undefined
      ? createObject
      : subresource === "status"
        ? updateObjectStatus
        : updateObject;
  return { ...write(store, input, options), isNew: live === undefined };
}

/** What `kubectl apply` says of an object. */
export type ApplyOutcome = "configured" | "created" | "unchanged";

/**
 * As `kubectl apply` on the client's side: creates, or makes so what the author wrote, takes away what was applied before
 * and is written no more, and leaves alone what others have added.
 *
 * @param input what was written, or an object that {@link asApplied} has told of it.
 * @throws ApiError as creating and updating do: Invalid where an object may not become what is written.
 */
export function applyObject(
  store: Store,
  input: unknown,
  options: RequestOptions = {},
): Written & { readonly outcome: ApplyOutcome } {
  const identity = identify(input, options);
  const live: AnyObject | undefined = identity && store.get(identity.kind, identity.key);
  if (live === undefined || !isRecord(input)) {
    return { ...createObject(store, input, options), outcome: "created" };
  }
  const merged = applyWritten(looseOf(live), input, kindSchemas[live.kind]);
  const written = updateObject(store, merged, options);
  return { ...written, outcome: written.object === live ? "unchanged" : "configured" };
}
