import { notFound } from "../../../api/errors/not-found.ts";
import { kindsWithStatus } from "../../../api/requests/admission.ts";
import { updateObjectStatus } from "../../../api/requests/requests.ts";
import { answerObject } from "../http/call.ts";
import { decodeBody } from "../http/decode-body.ts";
import { fieldManagerOf } from "../http/field-manager.ts";
import { writeOptions } from "../http/write-options.ts";
import { presentationFor, presentObject } from "../presenting/presentation.ts";
import { keyOfTarget } from "../resource-request.ts";
import { inputObject } from "../writing/input-object.ts";
import { patchStatus } from "../writing/patch.ts";
import type { Subresource } from "./subresource.ts";

/** The status of an object, written by itself: controllers write it, authors write the rest. */
export const status: Subresource = {
  name: "status",
  verbs: ["get", "patch", "update"],
  belongsTo: ({ stored }) => kindsWithStatus.has(stored),
  methods: {
    GET: ({ context: { store }, resource, target, call }) => {
      const object = store.get(resource.stored, keyOfTarget(target));
      if (object === undefined) throw notFound(resource.stored, target.name ?? "");
      const presentation = presentationFor(resource, call.accepted, call.query);
      return answerObject(presentObject(presentation, object));
    },
    PUT: async ({ context: { store, admission }, resource, target, call }) => {
      const { query, accepted } = call;
      const body = decodeBody(await call.body(), call.headers["content-type"], resource.kind);
      const { object, warnings } = updateObjectStatus(store, inputObject(body, resource, target), {
        ...admission,
        ...writeOptions(query),
        fieldManager: fieldManagerOf(call),
      });
      const presentation = presentationFor(resource, accepted, query);
      return answerObject(presentObject(presentation, object), { warnings });
    },
    PATCH: patchStatus,
  },
};
