/** How many pods a workload is to have, without all that makes the kinds differ: autoscaling/v1's Scale. */

import { isRecord } from "../../../api/decoding/check-schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import { notFound } from "../../../api/errors/not-found.ts";
import { formatLabelSelector } from "../../../api/label-selector.ts";
import type { KindMap } from "../../../api/objects/kinds.ts";
import { updateObject } from "../../../api/requests/requests.ts";
import { type Answer, answerObject } from "../http/call.ts";
import { decodeBody, type Fields } from "../http/decode-body.ts";
import { fieldManagerOf } from "../http/field-manager.ts";
import { writeOptions } from "../http/write-options.ts";
import { keyOfTarget, type ResourceRequest } from "../resource-request.ts";
import { patchedThing } from "../writing/patch.ts";
import type { Subresource } from "./subresource.ts";

const kind = { group: "autoscaling", version: "v1", kind: "Scale" } as const;
const apiVersion = `${kind.group}/${kind.version}`;

const scalableKinds = ["Deployment", "ReplicaSet", "StatefulSet"] as const;
type Scalable = KindMap[(typeof scalableKinds)[number]];

export const scale: Subresource = {
  name: "scale",
  kind,
  verbs: ["get", "patch", "update"],
  belongsTo: ({ stored }) => scalableKinds.some((scalable) => scalable === stored),
  methods: {
    GET: (request) => answerObject(scaleOf(scaled(request))),
    PUT: async (request) => {
      const { call } = request;
      const body = decodeBody(await call.body(), call.headers["content-type"], kind.kind);
      return writeScale(request, body);
    },
    PATCH: async (request) =>
      writeScale(request, await patchedThing(scaleOf(scaled(request)), request.call)),
  },
};

/** Sets the workload's replicas to those of `input`. @throws ApiError Invalid, Conflict, NotFound. */
function writeScale(request: ResourceRequest, input: Fields): Answer {
  const { context, call } = request;
  const current = scaled(request);
  const { spec, metadata } = input;
  const replicas = isRecord(spec) ? (spec["replicas"] ?? 0) : 0;
  const name = current.metadata.name;
  if (typeof replicas !== "number" || !Number.isInteger(replicas) || replicas < 0) {
    throw invalidReplicas(name, replicas);
  }
  const { resourceVersion, ...rest } = current.metadata;
  const sent = isRecord(metadata) ? metadata["resourceVersion"] : undefined;
  const changed = {
    ...current,
    // What the client has read, if it says so; whatever there is, if it does not.
    metadata: {
      ...rest,
      ...(typeof sent === "string" && sent !== "" && { resourceVersion: sent }),
    },
    spec: { ...current.spec, replicas },
  };
  const options = {
    ...context.admission,
    ...writeOptions(call.query),
    fieldManager: fieldManagerOf(call),
    subresource: "scale",
  };
  const { object } = updateObject(context.store, changed, options);
  // Of the kind that was read.
  return answerObject(scaleOf(object as Scalable));
}

function scaleOf({ metadata, spec, status }: Scalable): Fields {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: kind.kind,
    apiVersion,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas ?? 1 },
    status: { replicas: status?.replicas ?? 0, selector: formatLabelSelector(spec.selector) },
  };
}

function scaled({ context: { store }, resource, target }: ResourceRequest): Scalable {
  const object = store.get(resource.stored, keyOfTarget(target));
  if (object === undefined) throw notFound(resource.stored, target.name ?? "");
  // The sub-resource belongs to these kinds only.
  return object as Scalable;
}

function invalidReplicas(name: string, replicas: unknown): ApiError {
  const why = "must be greater than or equal to 0";
  const message = `Invalid value: ${JSON.stringify(replicas)}: ${why}`;
  return new ApiError(
    "Invalid",
    `Scale.autoscaling "${name}" is invalid: spec.replicas: ${message}`,
    {
      details: {
        name,
        group: kind.group,
        kind: kind.kind,
        causes: [{ reason: "FieldValueInvalid", message, field: "spec.replicas" }],
      },
    },
  );
}
