/** What both versions of the documents say of the URLs. */
import { apiVersionOf, type Resource } from "../resources/resource.ts";

type Path = readonly string[];

/** As they stand in the documents: `/api/v1/namespaces/{namespace}/pods/{name}`. */
export function operationPaths(resource: Resource): {
  readonly collection: Path;
  readonly object: Path;
} {
  const { group, plural, namespaced } = resource;
  const root = group === "" ? "api" : "apis";
  const collection = [
    root,
    apiVersionOf(resource),
    ...(namespaced ? ["namespaces", "{namespace}"] : []),
    plural,
  ];
  return { collection, object: [...collection, "{name}"] };
}

export function operationPath(path: Path): string {
  return `/${path.join("/")}`;
}

/** By these kubectl sees what the server can do: validate fields by itself, and run dry. */
export const writeParameters: ReadonlyArray<{
  readonly name: string;
  readonly description: string;
}> = [
  { name: "dryRun", description: "All: answer as if it were done, and do not do it." },
  { name: "fieldManager", description: "Who writes, for metadata.managedFields." },
  {
    name: "fieldValidation",
    description: "What to do about unknown fields: Ignore, Warn or Strict.",
  },
];
