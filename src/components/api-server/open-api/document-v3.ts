/** OpenAPI 3.0: an index, and a document for each group and version. kubectl explains and validates by it. */
import { createHash } from "node:crypto";
import {
  describedResources,
  type GroupVersion,
  groupVersions,
} from "../resources/all-resources.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { reviewsOf } from "../reviews/all-reviews.ts";
import type { Review } from "../reviews/review.ts";
import { type Dialect, definitionsOf } from "./definitions.ts";
import { operationPath, operationPaths, writeParameters } from "./operations.ts";

const dialect: Dialect = {
  // In version 3.0 nothing beside a reference counts.
  reference: (name, about) => ({
    ...about,
    allOf: [{ $ref: `#/components/schemas/${name}` }],
  }),
  integerOrString: {
    oneOf: [{ type: "integer" }, { type: "string" }],
    format: "int-or-string",
  },
  // kubectl explain fails at a schema that says nothing.
  anything: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
};

export interface Index {
  /** By `api/v1`, `apis/apps/v1`: where the document is, with its hash for caches. */
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
}

export function openApiIndex(title: string, version: string): Index {
  const entries = groupVersions.map((each) => {
    const path = pathOf(each);
    const document = JSON.stringify(openApiDocument(path, title, version));
    const hash = createHash("sha512").update(document).digest("hex").toUpperCase();
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
  });
  return { paths: Object.fromEntries(entries) };
}

/** The document of `api/v1` or `apis/apps/v1`; undefined for a group or version that there is not. */
export function openApiDocument(path: string, title: string, version: string): object | undefined {
  const found = groupVersions.find((each) => pathOf(each) === path);
  if (found === undefined) return undefined;
  const resources = describedResources.filter(
    ({ group, version: of }) => group === found.group && of === found.version,
  );
  const reviews = reviewsOf(found);
  return {
    openapi: "3.0.0",
    info: { title, version },
    paths: Object.fromEntries([...resources.flatMap(pathItems), ...reviews.map(reviewItem)]),
    components: { schemas: definitionsOf(resources, reviews, dialect) },
  };
}

function pathOf({ group, version }: GroupVersion): string {
  return group === "" ? `api/${version}` : `apis/${apiVersionOf({ group, version })}`;
}

function reviewItem(review: Review): readonly [string, object] {
  const { group, version, kind, plural, namespaced } = review;
  const place = namespaced ? ["namespaces", "{namespace}"] : [];
  const post = {
    "x-kubernetes-action": "post",
    "x-kubernetes-group-version-kind": { group, kind, version },
    parameters,
    responses: { "200": { description: "OK" } },
  };
  return [operationPath(["apis", group, version, ...place, plural]), { post }];
}

const parameters = writeParameters.map(({ name, description }) => ({
  name,
  in: "query",
  description,
  schema: { type: "string", uniqueItems: true },
}));

function pathItems(resource: Resource): ReadonlyArray<readonly [string, object]> {
  const gvk = {
    "x-kubernetes-group-version-kind": {
      group: resource.group,
      kind: resource.kind,
      version: resource.version,
    },
  };
  const responses = { "200": { description: "OK" } };
  const operation = (action: string): object => ({
    "x-kubernetes-action": action,
    ...gvk,
    responses,
  });
  const { collection, object } = operationPaths(resource);
  return [
    [
      operationPath(collection),
      { get: operation("list"), post: { ...operation("post"), parameters } },
    ],
    [
      operationPath(object),
      {
        get: operation("get"),
        put: { ...operation("put"), parameters },
        patch: { ...operation("patch"), parameters },
        delete: operation("delete"),
      },
    ],
  ];
}
