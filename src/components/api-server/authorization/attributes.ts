/** What a request wants to do, as roles speak of it; after apiserver's RequestInfo. */
import type { User } from "../authentication/user.ts";
import type { Call } from "../http/call.ts";
import type { ResourceTarget } from "../http/request-target.ts";
import { isTrue } from "../watching/watch.ts";

export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** `""` for all namespaces, and for what is in none. */
  readonly namespace: string;
  /** `""` for the collection. */
  readonly name: string;
}

/** About a URL that is no resource. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

export type Attributes = PathAttributes | ResourceAttributes;

export interface Access {
  readonly user: User;
  readonly attributes: Attributes;
}

export function pathAttributes({ method }: Pick<Call, "method">, path: string): PathAttributes {
  return { verb: method.toLowerCase(), path };
}

export function resourceAttributes(
  target: ResourceTarget,
  { method, query }: Pick<Call, "method" | "query">,
): ResourceAttributes {
  const { group, plural, subresource = "", namespace } = target;
  const name = target.name ?? selectedName(query) ?? "";
  return {
    verb: verbOf(method, query, target.name === undefined),
    group,
    resource: plural,
    subresource,
    // A role of a namespace can be about the namespace itself.
    namespace: group === "" && plural === "namespaces" ? (target.name ?? "") : namespace,
    name: method === "POST" && target.name === undefined ? "" : name,
  };
}

function verbOf(method: string, query: URLSearchParams, isCollection: boolean): string {
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return isCollection ? "deletecollection" : "delete";
    default: {
      const watches = query.has("watch") && isTrue(query.get("watch"));
      return watches ? "watch" : isCollection ? "list" : "get";
    }
  }
}

/** The one object that a list or watch is about, where its selector says so. */
function selectedName(query: URLSearchParams): string | undefined {
  return /^metadata\.name==?([^,=!\\]+)$/.exec(query.get("fieldSelector") ?? "")?.[1];
}
