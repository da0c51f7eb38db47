/** OpenAPI 2.0, one document for everything: what kubectl before 1.27 explains and validates by. */
import { describedResources } from "../resources/all-resources.ts";
import { allReviews } from "../reviews/all-reviews.ts";
import { type Dialect, definitionsOf } from "./definitions.ts";
import type { Definitions, GroupVersionKind } from "./json-schema.ts";
import { operationPath, operationPaths, writeParameters } from "./operations.ts";

const dialect: Dialect = {
  reference: (name, about) => ({ ...about, $ref: `#/definitions/${name}` }),
  integerOrString: { type: "string", format: "int-or-string" },
  anything: {},
};

export interface SwaggerDocument {
  readonly swagger: "2.0";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, { readonly patch: PatchOperation }>>;
  readonly definitions: Definitions;
}

export interface PatchOperation {
  readonly parameters: ReadonlyArray<QueryParameter>;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
  readonly "x-kubernetes-group-version-kind": GroupVersionKind;
}

export interface QueryParameter {
  readonly name: string;
  readonly in: "query";
  readonly type: "string";
  readonly description: string;
}

export function swaggerDocument(title: string, version: string): SwaggerDocument {
  const parameters = writeParameters.map(
    (each): QueryParameter => ({ ...each, in: "query", type: "string" }),
  );
  return {
    swagger: "2.0",
    info: { title, version },
    paths: Object.fromEntries(
      describedResources.map((resource) => {
        const { group, kind, version: of } = resource;
        const patch: PatchOperation = {
          parameters,
          responses: { "200": { description: "OK" } },
          "x-kubernetes-group-version-kind": { group, kind, version: of },
        };
        return [operationPath(operationPaths(resource).object), { patch }];
      }),
    ),
    definitions: definitionsOf(describedResources, allReviews, dialect),
  };
}
