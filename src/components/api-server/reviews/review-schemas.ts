/** What reviews are made of, for `kubectl explain`; after k8s.io/api/authorization/v1 and authentication/v1. */
import { kindSchema } from "../../../api/decoding/meta-schema.ts";
import {
  boolean,
  each,
  list,
  object,
  type Schema,
  string,
  strings,
} from "../../../api/decoding/schema.ts";

const extra: Schema = { type: "map", values: strings };

const resourceAttributes = object(
  each(string, "namespace", "verb", "group", "version", "resource", "subresource", "name"),
  { name: "authorization.v1.ResourceAttributes" },
);

const nonResourceAttributes = object(each(string, "path", "verb"), {
  name: "authorization.v1.NonResourceAttributes",
});

const accessStatus = object(
  { ...each(boolean, "allowed", "denied"), ...each(string, "reason", "evaluationError") },
  { name: "authorization.v1.SubjectAccessReviewStatus", required: ["allowed"] },
);

export const subjectAccessReview: Schema = kindSchema({
  spec: object(
    {
      resourceAttributes,
      nonResourceAttributes,
      ...each(string, "user", "uid"),
      groups: strings,
      extra,
    },
    { name: "authorization.v1.SubjectAccessReviewSpec" },
  ),
  status: accessStatus,
});

export const selfSubjectAccessReview: Schema = kindSchema({
  spec: object(
    { resourceAttributes, nonResourceAttributes },
    { name: "authorization.v1.SelfSubjectAccessReviewSpec" },
  ),
  status: accessStatus,
});

export const selfSubjectRulesReview: Schema = kindSchema({
  spec: object({ namespace: string }, { name: "authorization.v1.SelfSubjectRulesReviewSpec" }),
  status: object(
    {
      resourceRules: list(
        object(each(strings, "verbs", "apiGroups", "resources", "resourceNames"), {
          name: "authorization.v1.ResourceRule",
          required: ["verbs"],
        }),
      ),
      nonResourceRules: list(
        object(each(strings, "verbs", "nonResourceURLs"), {
          name: "authorization.v1.NonResourceRule",
          required: ["verbs"],
        }),
      ),
      incomplete: boolean,
      evaluationError: string,
    },
    {
      name: "authorization.v1.SubjectRulesReviewStatus",
      required: ["resourceRules", "nonResourceRules", "incomplete"],
    },
  ),
});

const userInfo = object(
  { ...each(string, "username", "uid"), groups: strings, extra },
  { name: "authentication.v1.UserInfo" },
);

export const selfSubjectReview: Schema = kindSchema({
  status: object({ userInfo }, { name: "authentication.v1.SelfSubjectReviewStatus" }),
});

export const tokenReview: Schema = kindSchema({
  spec: object(
    { token: string, audiences: strings },
    { name: "authentication.v1.TokenReviewSpec" },
  ),
  status: object(
    { authenticated: boolean, user: userInfo, audiences: strings, error: string },
    { name: "authentication.v1.TokenReviewStatus" },
  ),
});
