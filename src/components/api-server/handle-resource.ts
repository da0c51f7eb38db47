/** Requests about objects: which verb is meant, and who does it. */

import { notFound } from "../../api/errors/not-found.ts";
import { createObject, updateObject } from "../../api/requests/requests.ts";
import { refuseAbsent } from "./handle-absent.ts";
import { type Answer, answerObject, type Call } from "./http/call.ts";
import { decodeBody } from "./http/decode-body.ts";
import { fieldManagerOf } from "./http/field-manager.ts";
import { methodNotAllowed, noSuchResource } from "./http/refusals.ts";
import type { ResourceTarget } from "./http/request-target.ts";
import type { Upgrade } from "./http/upgrade.ts";
import { writeOptions } from "./http/write-options.ts";
import { presentationFor, presentObject } from "./presenting/presentation.ts";
import { list } from "./reading/list.ts";
import { assertReached } from "./reading/resource-version.ts";
import { selectionOf } from "./reading/selection.ts";
import { keyOfTarget, type ResourceRequest } from "./resource-request.ts";
import { findResource } from "./resources/all-resources.ts";
import type { Resource } from "./resources/resource.ts";
import type { ServerContext } from "./server-context.ts";
import { findSubresource } from "./subresources/all-subresources.ts";
import type { Subresource } from "./subresources/subresource.ts";
import { isTrue, watch } from "./watching/watch.ts";
import { deleteMany, deleteOne } from "./writing/delete.ts";
import { deleteOptions } from "./writing/delete-options.ts";
import { inputObject } from "./writing/input-object.ts";
import { patch } from "./writing/patch.ts";

type Verb = (request: ResourceRequest) => Answer | Promise<Answer>;

/** @throws ApiError, among others NotFound for a resource that there is not, MethodNotAllowed. */
export async function handleResource(
  context: ServerContext,
  target: ResourceTarget,
  call: Call,
): Promise<Answer> {
  const { resource, subresource } = locate(target);
  const request = { context, resource, target, call };
  const isLook = call.method === "GET" && target.name === undefined;
  if (resource.refusal !== undefined && !isLook) refuseAbsent(request);
  if (subresource !== undefined) {
    const verb = subresource.methods[call.method];
    if (verb === undefined) throw methodNotAllowed();
    return verb(request);
  }
  const verbs = target.name === undefined ? collectionVerbs : objectVerbs;
  const verb = verbs[call.method];
  const isEverywhere = resource.namespaced && target.namespace === "";
  if (verb === undefined || (isEverywhere && call.method !== "GET")) throw methodNotAllowed();
  return verb(request);
}

/** @throws ApiError NotFound. */
export async function upgradeResource(
  context: ServerContext,
  target: ResourceTarget,
  call: Call,
  upgrade: Upgrade,
): Promise<void> {
  const { resource, subresource } = locate(target);
  await subresource?.upgrade?.({ context, resource, target, call }, upgrade);
}

/** Undefined for what is served over plain HTTP only. @throws ApiError NotFound. */
export function upgradeOf(target: ResourceTarget): Subresource["upgrade"] {
  return locate(target).subresource?.upgrade;
}

/** Without a version, what the storage has now; with one, or on from an earlier page, what the store remembers. */
function wantsLatest(query: URLSearchParams): boolean {
  return ["continue", "resourceVersion"].every((name) => (query.get(name) ?? "") === "");
}

function locate(target: ResourceTarget): {
  readonly resource: Resource;
  readonly subresource: Subresource | undefined;
} {
  const { group, version, plural, name, namespace } = target;
  const resource = findResource(group, version, plural);
  if (resource === undefined) throw noSuchResource();
  // Nothing without a namespace can be in one, and nothing with one can be named without it.
  if (!resource.namespaced && namespace !== "") throw noSuchResource();
  if (resource.namespaced && namespace === "" && name !== undefined) throw noSuchResource();
  if (target.subresource === undefined) return { resource, subresource: undefined };
  const subresource = findSubresource(resource, target.subresource);
  if (subresource === undefined) throw noSuchResource();
  return { resource, subresource };
}

const collectionVerbs: Readonly<Record<string, Verb>> = {
  GET: ({ context, resource, target, call }) => {
    const { query, accepted } = call;
    const selection = selectionOf(resource, target, query);
    const presentation = presentationFor(resource, accepted, query);
    const isWatch = query.has("watch") && isTrue(query.get("watch"));
    if (isWatch) return watch(context, selection, presentation, query);
    if (wantsLatest(query)) context.store.makeCurrent();
    return list(context.store, selection, presentation, query);
  },
  POST: async ({ context: { store, admission }, resource, target, call }) => {
    const { query, accepted } = call;
    const body = decodeBody(await call.body(), call.headers["content-type"], resource.kind);
    const { object, warnings } = createObject(store, inputObject(body, resource, target), {
      ...admission,
      ...writeOptions(query),
      fieldManager: fieldManagerOf(call),
    });
    const presentation = presentationFor(resource, accepted, query);
    return answerObject(presentObject(presentation, object), { code: 201, warnings });
  },
  DELETE: async ({ context: { store }, resource, target, call }) => {
    const { query, accepted } = call;
    const options = deleteOptions(await call.body(), call.headers["content-type"], query);
    const selection = selectionOf(resource, target, query);
    return deleteMany(store, selection, presentationFor(resource, accepted, query), options);
  },
};

const objectVerbs: Readonly<Record<string, Verb>> = {
  GET: ({ context, resource, target, call }) => {
    const { query, accepted } = call;
    const { store } = context;
    const presentation = presentationFor(resource, accepted, query);
    if (query.has("watch") && isTrue(query.get("watch"))) {
      return watch(context, selectionOf(resource, target, query), presentation, query);
    }
    const wanted = query.get("resourceVersion") ?? "";
    if (wanted !== "") assertReached(wanted, store.resourceVersion);
    else store.makeCurrent();
    const object = store.get(resource.stored, keyOfTarget(target));
    if (object === undefined) throw notFound(resource.stored, target.name ?? "");
    return answerObject(presentObject(presentation, object));
  },
  PUT: async ({ context: { store, admission }, resource, target, call }) => {
    const { query, accepted } = call;
    const body = decodeBody(await call.body(), call.headers["content-type"], resource.kind);
    const { object, warnings } = updateObject(store, inputObject(body, resource, target), {
      ...admission,
      ...writeOptions(query),
      fieldManager: fieldManagerOf(call),
    });
    const presentation = presentationFor(resource, accepted, query);
    return answerObject(presentObject(presentation, object), { warnings });
  },
  PATCH: patch,
  DELETE: async ({ context: { store }, resource, target, call }) => {
    const { query, accepted } = call;
    const options = deleteOptions(await call.body(), call.headers["content-type"], query);
    const presentation = presentationFor(resource, accepted, query);
    return deleteOne(store, presentation, keyOfTarget(target), options);
  },
};
