/** What holds a namespace that is ending: taken away by whoever has emptied it, or by somebody in despair. */

import { isRecord } from "../../../api/decoding/check-schema.ts";
import { notFound } from "../../../api/errors/not-found.ts";
import type { Namespace } from "../../../api/objects/cluster.ts";
import { keyOf } from "../../../api/objects/meta.ts";
import type { Store } from "../../../api/store/store.ts";
import { answerObject } from "../http/call.ts";
import { decodeBody } from "../http/decode-body.ts";
import { presentationFor, presentObject } from "../presenting/presentation.ts";
import { keyOfTarget } from "../resource-request.ts";
import type { Subresource } from "./subresource.ts";

export const finalize: Subresource = {
  name: "finalize",
  verbs: ["update"],
  belongsTo: ({ stored }) => stored === "Namespace",
  methods: {
    PUT: async ({ context: { store }, resource, target, call }) => {
      const body = decodeBody(await call.body(), call.headers["content-type"], resource.kind);
      const namespace = store.get("Namespace", keyOfTarget(target));
      if (namespace === undefined) throw notFound("Namespace", target.name ?? "");
      const { spec } = body;
      const given = isRecord(spec) ? spec["finalizers"] : [];
      const finalizers = Array.isArray(given) ? given.map(String) : [];
      const written = withFinalizers(store, namespace, finalizers);
      const presentation = presentationFor(resource, call.accepted, call.query);
      return answerObject(presentObject(presentation, written));
    },
  },
};

/** One that is ending ends when nothing holds it any more. */
function withFinalizers(
  store: Store,
  namespace: Namespace,
  finalizers: readonly string[],
): Namespace {
  const { metadata } = namespace;
  const isFree = finalizers.length === 0 && (metadata.finalizers ?? []).length === 0;
  if (metadata.deletionTimestamp !== undefined && isFree) {
    return store.remove("Namespace", keyOf(namespace)) ?? namespace;
  }
  return store.update({ ...namespace, spec: { ...namespace.spec, finalizers } });
}
