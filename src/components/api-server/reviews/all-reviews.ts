/** Every review that the server answers. */
import { isRecord } from "../../../api/decoding/check-schema.ts";
import type { Fields } from "../http/decode-body.ts";
import type { GroupVersion } from "../resources/all-resources.ts";
import { anyAccess, ownAccess, ownRules } from "./access-reviews.ts";
import type { Review, ReviewContext } from "./review.ts";
import {
  selfSubjectAccessReview,
  selfSubjectReview,
  selfSubjectRulesReview,
  subjectAccessReview,
  tokenReview,
} from "./review-schemas.ts";

const authorization: GroupVersion = { group: "authorization.k8s.io", version: "v1" };
const authentication: GroupVersion = { group: "authentication.k8s.io", version: "v1" };

export const allReviews: readonly Review[] = [
  {
    ...authorization,
    plural: "localsubjectaccessreviews",
    kind: "LocalSubjectAccessReview",
    namespaced: true,
    schema: subjectAccessReview,
    status: anyAccess,
  },
  {
    ...authorization,
    plural: "selfsubjectaccessreviews",
    kind: "SelfSubjectAccessReview",
    schema: selfSubjectAccessReview,
    status: ownAccess,
  },
  {
    ...authorization,
    plural: "selfsubjectrulesreviews",
    kind: "SelfSubjectRulesReview",
    schema: selfSubjectRulesReview,
    status: ownRules,
  },
  {
    ...authorization,
    plural: "subjectaccessreviews",
    kind: "SubjectAccessReview",
    schema: subjectAccessReview,
    status: anyAccess,
  },
  {
    ...authentication,
    plural: "selfsubjectreviews",
    kind: "SelfSubjectReview",
    schema: selfSubjectReview,
    status: (_spec, { user }) => ({ userInfo: user }),
  },
  {
    ...authentication,
    plural: "tokenreviews",
    kind: "TokenReview",
    schema: tokenReview,
    status: whoseToken,
  },
];

export function reviewsOf({ group, version }: GroupVersion): readonly Review[] {
  return allReviews.filter((review) => review.group === group && review.version === version);
}

/** The question with its answer. */
export function answerReview(review: Review, question: Fields, context: ReviewContext): object {
  const { metadata, spec } = question;
  return {
    kind: review.kind,
    apiVersion: `${review.group}/${review.version}`,
    metadata: { creationTimestamp: null, ...(isRecord(metadata) && metadata) },
    ...(spec !== undefined && { spec }),
    status: review.status(isRecord(spec) ? spec : {}, context),
  };
}

function whoseToken({ token }: Fields, { tokens }: ReviewContext): object {
  const user = tokens.verify(String(token ?? ""));
  return user === undefined
    ? { user: {}, error: "[invalid bearer token]" }
    : { authenticated: true, user, audiences: [tokens.issuer] };
}
