import type { TypeTexts } from "../type-texts.ts";

const access = "A question, answered at once and not stored: may";

export const reviewTexts: TypeTexts = {
  SelfSubjectAccessReview: { type: `${access} I?` },
  SubjectAccessReview: { type: `${access} somebody?` },
  LocalSubjectAccessReview: { type: `${access} somebody, in one namespace?` },
  SubjectAccessReviewSpec: {
    type: "Who, and what.",
    fields: {
      user: "The user.",
      groups: "The groups that the user is in.",
      resourceAttributes: "What is to be done with a resource.",
      nonResourceAttributes: "What is to be done with another path of the server.",
    },
  },
  SubjectAccessReviewStatus: {
    type: "The answer.",
    fields: { allowed: "Whether they may.", reason: "Which binding gives it to them." },
  },
  ResourceAttributes: {
    type: "Something that is done with a resource.",
    fields: {
      verb: "get, list, watch, create, update, patch, delete, deletecollection.",
      group: "The resource's group.",
      resource: "The resource, such as pods.",
      subresource: "A part of it, such as log.",
      namespace: "Where; everywhere when it is empty.",
      name: "One object; all of them when it is empty.",
    },
  },
  SelfSubjectRulesReview: { type: "A question: what may I do in a namespace?" },
  SelfSubjectReview: { type: "A question: who am I?" },
  TokenReview: { type: "A question: whose is this token?" },
  UserInfo: {
    type: "Who somebody is.",
    fields: {
      username: "The name.",
      groups: "The groups they are in.",
      uid: "What tells them apart from an earlier one of the name.",
      extra: "What else is known of them.",
    },
  },
};
