/** What `kubectl explain` says of types and fields. What the schemas know, their types and names, is not repeated here. */

import { clusterTexts } from "./texts/cluster.ts";
import { metaTexts } from "./texts/meta.ts";
import { networkingTexts } from "./texts/networking.ts";
import { podTexts } from "./texts/pod.ts";
import { rbacTexts } from "./texts/rbac.ts";
import { reviewTexts } from "./texts/reviews.ts";
import { serviceTexts } from "./texts/service.ts";
import { workloadTexts } from "./texts/workload.ts";
import type { TypeTexts } from "./type-texts.ts";

export const texts: TypeTexts = {
  ...clusterTexts,
  ...metaTexts,
  ...networkingTexts,
  ...podTexts,
  ...rbacTexts,
  ...reviewTexts,
  ...serviceTexts,
  ...workloadTexts,
};

/** Of every kind. */
const ofAnyKind: Readonly<Record<string, string>> = {
  apiVersion: "Group and version of the API that the object is written in.",
  kind: "What the object is.",
  metadata: "The object's name, labels and what else every object has.",
  spec: "What is wanted.",
  status: "What is: written by controllers and nodes, never by the object's author.",
};

/** @param key `Pod` or `Pod.spec`: a type, or a field of one. */
export function descriptionOf(key: string): string | undefined {
  const [type = "", field] = key.split(".");
  const found = texts[type];
  if (field === undefined) return found?.type;
  return found?.fields?.[field] ?? ofAnyKind[field];
}
