/** Reviews: questions in the form of objects, which are answered and not stored. */
import { isRecord } from "../../../api/decoding/check-schema.ts";
import type { User } from "../authentication/user.ts";
import type { Fields } from "../http/decode-body.ts";
import type { GroupVersion } from "../resources/all-resources.ts";

export interface Review extends GroupVersion {
  readonly plural: string;
  readonly kind: string;
  /** The `status` that answers a `spec`. */
  readonly status: (spec: Fields, user: User) => object;
}

const authorization: GroupVersion = { group: "authorization.k8s.io", version: "v1" };
const authentication: GroupVersion = { group: "authentication.k8s.io", version: "v1" };

/** Whoever is somebody may do everything: a lab has no RBAC. */
const allowed = { allowed: true, reason: "podwire allows everything to whoever is authenticated" };

const all: readonly Review[] = [
  {
    ...authorization,
    plural: "selfsubjectaccessreviews",
    kind: "SelfSubjectAccessReview",
    status: () => allowed,
  },
  {
    ...authorization,
    plural: "subjectaccessreviews",
    kind: "SubjectAccessReview",
    status: () => allowed,
  },
  {
    ...authorization,
    plural: "selfsubjectrulesreviews",
    kind: "SelfSubjectRulesReview",
    status: () => ({
      resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
      nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
      incomplete: false,
    }),
  },
  {
    ...authentication,
    plural: "selfsubjectreviews",
    kind: "SelfSubjectReview",
    status: (_spec, user) => ({ userInfo: user }),
  },
];

export function reviewsOf({ group, version }: GroupVersion): readonly Review[] {
  return all.filter((review) => review.group === group && review.version === version);
}

/** The question with its answer. */
export function answerReview(review: Review, question: Fields, user: User): object {
  const { metadata, spec } = question;
  return {
    kind: review.kind,
    apiVersion: `${review.group}/${review.version}`,
    metadata: { creationTimestamp: null, ...(isRecord(metadata) && metadata) },
    ...(spec !== undefined && { spec }),
    status: review.status(isRecord(spec) ? spec : {}, user),
  };
}
