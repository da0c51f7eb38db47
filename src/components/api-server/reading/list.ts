/** Lists: which objects, of which version of the store, in how many parts. */

import type { ServerResponse } from "node:http";
import { ApiError } from "../../../api/errors/api-error.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";
import type { Store } from "../../../api/store/store.ts";
import { type Answer, answerObject } from "../http/call.ts";
import { writeInParts } from "../http/write-in-parts.ts";
import { encodeItem } from "../presenting/encode.ts";
import {
  type ListMeta,
  type Presentation,
  presentItem,
  presentList,
  presentTable,
} from "../presenting/presentation.ts";
import { objectsAt } from "./objects-at.ts";
import { decodeContinue, encodeContinue, pageOf, parseLimit } from "./paging.ts";
import {
  assertReached,
  assertVersion,
  tooOldToContinue,
  tooOldToList,
} from "./resource-version.ts";
import type { Selection } from "./selection.ts";

interface Listed {
  readonly items: readonly KubeObject[];
  readonly metadata: ListMeta;
}

/** @throws ApiError BadRequest; Expired for a version that is forgotten; Timeout for one that is yet to come. */
export function list(
  store: Store,
  selection: Selection,
  presentation: Presentation,
  query: URLSearchParams,
): Answer {
  const { items, metadata } = select(store, selection, presentation, query);
  const isLong = items.length > itemsAtOnce && presentation.format !== "yaml";
  if (presentation.shape === "table") {
    if (!isLong) return answerObject(presentTable(presentation, items, metadata));
    const { rows: _none, ...head } = presentTable(presentation, [], metadata);
    const rowOf = (item: KubeObject): object | undefined =>
      presentTable(presentation, [item], metadata, false).rows[0];
    return streamList(head, "rows", items, (item) => JSON.stringify(rowOf(item)));
  }
  const head = presentList(presentation, metadata);
  if (isLong) return streamList(head, "items", items, (item) => encodeItem(presentation, item));
  return answerObject({ ...head, items: items.map((item) => presentItem(presentation, item)) });
}

function select(
  store: Store,
  { namespace, matches, isSelective }: Selection,
  { resource }: Presentation,
  query: URLSearchParams,
): Listed {
  const limit = parseLimit(query.get("limit"));
  const token = query.get("continue") ?? "";
  const from = token === "" ? undefined : decodeContinue(token);
  const resourceVersion = from?.resourceVersion ?? versionToShow(store, query, limit);
  const objects = objectsAt(store, resource.stored, namespace, resourceVersion);
  if (objects === undefined) {
    throw from === undefined ? tooOldToList(resourceVersion) : tooOldToContinue();
  }
  const { items, after, remaining } = pageOf(objects.filter(matches), limit, from?.after);
  return {
    items,
    metadata: {
      resourceVersion,
      ...(after !== undefined && { continue: encodeContinue({ resourceVersion, after }) }),
      ...(after !== undefined && !isSelective && { remainingItemCount: remaining }),
    },
  };
}

/** Mostly the current one: "not older than" is what everybody but a reader of history asks for. */
function versionToShow(store: Store, query: URLSearchParams, limit: number): string {
  const wanted = query.get("resourceVersion") ?? "";
  const match = query.get("resourceVersionMatch") ?? "";
  if (match !== "") assertMatch(match, wanted);
  if (wanted === "" || wanted === "0") return store.resourceVersion;
  assertVersion(wanted);
  assertReached(wanted, store.resourceVersion);
  // Without a word on how to match, a list in parts shows just the version it names.
  const isExact = match === "Exact" || (match === "" && limit > 0);
  return isExact ? wanted : store.resourceVersion;
}

function assertMatch(match: string, wanted: string): void {
  const refuse = (why: string): never => {
    throw new ApiError("BadRequest", `resourceVersionMatch: ${why}`);
  };
  if (wanted === "")
    refuse("Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (match !== "Exact" && match !== "NotOlderThan") {
    refuse(
      `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan"`,
    );
  }
  if (match === "Exact" && wanted === "0") {
    refuse('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
}

/** Above this a list is written bit by bit, so that others are served meanwhile. */
const itemsAtOnce = 500;

/**
 * @param head what the list is apart from its items.
 * @param key of the items: `rows` in a table.
 */
function streamList<T>(
  head: object,
  key: "items" | "rows",
  items: readonly T[],
  textOf: (item: T) => string,
): Answer {
  const start = async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, {
      "content-type": "application/json",
      "cache-control": "no-cache, private",
    });
    // The head's closing brace gives way to the items.
    response.write(`${JSON.stringify(head).slice(0, -1)},"${key}":[`);
    await writeInParts(response, items, textOf);
    response.end("]}\n");
  };
  return { type: "stream", start };
}
