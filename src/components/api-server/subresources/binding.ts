/** Where a pod is to run: what a scheduler says. */

import { withCondition } from "../../../api/conditions.ts";
import { isRecord } from "../../../api/decoding/check-schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import { notFound } from "../../../api/errors/not-found.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import { successStatus } from "../../../api/requests/status.ts";
import type { Store } from "../../../api/store/store.ts";
import { answerObject } from "../http/call.ts";
import { decodeBody, type Fields } from "../http/decode-body.ts";
import { writeOptions } from "../http/write-options.ts";
import { keyOfTarget } from "../resource-request.ts";
import type { Subresource } from "./subresource.ts";

export const binding: Subresource = {
  name: "binding",
  kind: { group: "", version: "v1", kind: "Binding" },
  verbs: ["create"],
  belongsTo: ({ stored }) => stored === "Pod",
  methods: {
    POST: async ({ context: { store }, target, call }) => {
      const body = decodeBody(await call.body(), call.headers["content-type"], "Binding");
      const pod = store.get("Pod", keyOfTarget(target));
      if (pod === undefined) throw notFound("Pod", target.name ?? "");
      const node = nodeOf(body);
      assertUnbound(pod, node);
      store.update(bound(pod, node, store), writeOptions(call.query));
      return answerObject(successStatus(), { code: 201 });
    },
  },
};

function nodeOf({ target }: Fields): string {
  const name = isRecord(target) ? target["name"] : undefined;
  if (typeof name === "string" && name !== "") return name;
  throw new ApiError("Invalid", 'Binding "" is invalid: target.name: Required value', {
    details: {
      kind: "Binding",
      causes: [{ reason: "FieldValueRequired", message: "Required value", field: "target.name" }],
    },
  });
}

function assertUnbound({ metadata: { name }, spec: { nodeName = "" } }: Pod, node: string): void {
  if (nodeName === "") return;
  throw new ApiError(
    "Conflict",
    `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is already assigned to node "${nodeName}"${nodeName === node ? "" : `, not to "${node}"`}`,
    { details: { name, kind: "pods/binding" } },
  );
}

function bound(pod: Pod, nodeName: string, store: Store): Pod {
  const scheduled = { type: "PodScheduled", status: "True" } as const;
  const conditions = withCondition(pod.status?.conditions ?? [], scheduled, store.timestamp());
  return {
    ...pod,
    spec: { ...pod.spec, nodeName },
    status: { ...pod.status, conditions },
  } as Pod;
}
