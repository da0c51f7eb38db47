/** A deletion of a pod that may be refused for the sake of its service: what `kubectl drain` asks for. */
import { isRecord } from "../../../api/decoding/check-schema.ts";
import { successStatus } from "../../../api/requests/status.ts";
import { answerObject } from "../http/call.ts";
import { decodeBody } from "../http/decode-body.ts";
import { presentationFor } from "../presenting/presentation.ts";
import { keyOfTarget } from "../resource-request.ts";
import { deleteOne } from "../writing/delete.ts";
import { deleteOptionsOf } from "../writing/delete-options.ts";
import type { Subresource } from "./subresource.ts";

/** Nothing refuses: there are no PodDisruptionBudgets here. */
export const eviction: Subresource = {
  name: "eviction",
  kind: { group: "policy", version: "v1", kind: "Eviction" },
  verbs: ["create"],
  belongsTo: ({ stored }) => stored === "Pod",
  methods: {
    POST: async ({ context: { store }, resource, target, call }) => {
      const { query, headers, accepted } = call;
      const body = decodeBody(await call.body(), headers["content-type"], "Eviction");
      const { deleteOptions } = body;
      const options = deleteOptionsOf(isRecord(deleteOptions) ? deleteOptions : {}, query);
      deleteOne(store, presentationFor(resource, accepted, query), keyOfTarget(target), options);
      return answerObject(successStatus(), { code: 201 });
    },
  },
};
