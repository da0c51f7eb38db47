/** A token for a ServiceAccount: `kubectl create token`. */

import { isRecord } from "../../../api/decoding/check-schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import type { TokenRequest } from "../authentication/service-account-tokens.ts";
import { answerObject } from "../http/call.ts";
import { decodeBody, type Fields } from "../http/decode-body.ts";
import { keyOfTarget } from "../resource-request.ts";
import type { Subresource } from "./subresource.ts";

const kind = { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" } as const;

export const token: Subresource = {
  name: "token",
  kind,
  verbs: ["create"],
  belongsTo: ({ stored }) => stored === "ServiceAccount",
  methods: {
    POST: async ({ context: { tokens }, target, call }) => {
      const body = decodeBody(await call.body(), call.headers["content-type"], kind.kind);
      const spec = isRecord(body["spec"]) ? body["spec"] : {};
      const wanted = wantedToken(spec);
      const status = tokens.issue({ ...keyOfTarget(target), ...wanted });
      const { audiences = [tokens.issuer], expirationSeconds = 3_600 } = wanted;
      return answerObject(
        {
          kind: kind.kind,
          apiVersion: `${kind.group}/${kind.version}`,
          metadata: { name: target.name, namespace: target.namespace, creationTimestamp: null },
          spec: { boundObjectRef: null, ...spec, audiences, expirationSeconds },
          status,
        },
        { code: 201 },
      );
    },
  },
};

const shortestSeconds = 600;

function wantedToken(spec: Fields): Omit<TokenRequest, "name" | "namespace"> {
  const { audiences, expirationSeconds, boundObjectRef } = spec;
  if (typeof expirationSeconds === "number" && expirationSeconds < shortestSeconds) {
    throw new ApiError(
      "Invalid",
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: may not specify a duration less than 10 minutes',
      { details: { group: kind.group, kind: kind.kind } },
    );
  }
  const pod = podOf(boundObjectRef);
  return {
    ...(Array.isArray(audiences) && audiences.length > 0 && { audiences: audiences.map(String) }),
    ...(typeof expirationSeconds === "number" && { expirationSeconds }),
    ...(pod && { pod }),
  };
}

function podOf(reference: unknown): TokenRequest["pod"] {
  if (!isRecord(reference)) return undefined;
  const { kind: bound, name, uid } = reference;
  return bound === "Pod" ? { name: String(name), uid: String(uid) } : undefined;
}
