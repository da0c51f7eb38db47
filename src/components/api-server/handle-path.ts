/** Requests about anything but objects: what there is, who the server is, and whether it is well. */
import {
  aggregatedContentType,
  aggregatedDiscovery,
  wantedAggregation,
} from "./discovery/aggregated.ts";
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from "./discovery/resource-list.ts";
import { versionInfo } from "./discovery/version.ts";
import { type HealthChecks, tellHealth } from "./health.ts";
import { type Answer, answerObject, type Call, type TextAnswer } from "./http/call.ts";
import { noSuchResource } from "./http/refusals.ts";
import type { OpenApi } from "./open-api/open-api.ts";
import { groupVersions } from "./resources/all-resources.ts";
import { apiVersionOf } from "./resources/resource.ts";

export interface ServerFacts {
  /** `v1.34.0` */
  readonly gitVersion: string;
  /** Go's name: `linux/amd64`. */
  readonly platform: string;
  /** `192.168.0.14:6443`: where clients inside the cluster find the server. */
  readonly serverAddress: string;
  readonly checks?: HealthChecks;
}

/** What may be seen without a credential, as in a real cluster: it says nothing of what is in it. */
const publicPaths: ReadonlySet<string> = new Set(["healthz", "livez", "readyz", "version"]);

export function isPublic([first = ""]: readonly string[]): boolean {
  return publicPaths.has(first);
}

/** @throws ApiError NotFound, MethodNotAllowed. */
export function handlePath(
  segments: readonly string[],
  call: Call,
  { facts, openApi }: { readonly facts: ServerFacts; readonly openApi: OpenApi },
): Answer {
  if (call.method !== "GET" && call.method !== "HEAD") throw noSuchResource();
  const [first, ...rest] = segments;
  switch (first) {
    case undefined:
      return answerObject({ paths: servedPaths });
    case "api":
      return discoverCore(rest, call, facts);
    case "apis":
      return discoverGroups(rest, call);
    case "openapi":
      return openApi.answer(rest, call) ?? notThere;
    case "version":
      return answerObject(versionInfo(facts.gitVersion, facts.platform));
    case "healthz":
    case "livez":
    case "readyz":
      return tellHealth(first, rest, call, facts.checks ?? new Map()) ?? notThere;
    default:
      return { type: "object", code: 404, object: { paths: servedPaths } };
  }
}

const servedPaths: readonly string[] = [
  "/api",
  "/apis",
  ...groupVersions.flatMap((each) =>
    each.group === ""
      ? [`/api/${each.version}`]
      : [`/apis/${each.group}`, `/apis/${apiVersionOf(each)}`],
  ),
  "/healthz",
  "/livez",
  "/openapi/v2",
  "/openapi/v3",
  "/readyz",
  "/version",
].sort();

function discoverCore(
  [version, ...more]: readonly string[],
  call: Call,
  facts: ServerFacts,
): Answer {
  if (version === undefined) {
    return aggregatedOr(call, true, () => apiVersions(facts.serverAddress));
  }
  return found(more.length === 0 ? apiResourceList({ group: "", version }) : undefined);
}

function discoverGroups([group, version, ...more]: readonly string[], call: Call): Answer {
  if (group === undefined) return aggregatedOr(call, false, apiGroupList);
  if (version === undefined) return found(apiGroup(group));
  return found(more.length === 0 ? apiResourceList({ group, version }) : undefined);
}

function aggregatedOr(call: Call, core: boolean, legacy: () => object): Answer {
  const version = wantedAggregation(call.headers.accept);
  const vary = { vary: "Accept" };
  if (version === undefined) return { ...answerObject(legacy()), headers: vary };
  return {
    ...answerObject(aggregatedDiscovery(version, core)),
    headers: { ...vary, "content-type": aggregatedContentType(version) },
  };
}

function found(document: object | undefined): Answer {
  return document === undefined ? notThere : answerObject(document);
}

const notThere: TextAnswer = {
  type: "text",
  code: 404,
  contentType: "text/plain; charset=utf-8",
  text: "404 page not found\n",
};
