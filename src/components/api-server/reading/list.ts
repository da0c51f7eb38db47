/** Lists: which objects, of which version of the store, in how many parts. */

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { ApiError } from "../../../api/api-error.ts";
import type { KubeObject } from "../../../api/meta.ts";
import type { Store } from "../../../api/store.ts";
import { type Answer, answerObject } from "../http/call.ts";
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
  if (presentation.shape === "table") {
    return answerObject(presentTable(presentation, items, metadata));
  }
  const head = presentList(presentation, metadata);
  if (items.length <= itemsAtOnce || presentation.format === "yaml") {
    const shown = items.map((item) => presentItem(presentation, item));
    return answerObject({ ...head, items: shown });
  }
  return {
    type: "stream",
    start: (response) =>
      writeList(response, head, items, (item) => presentItem(presentation, item)),
  };
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

async function writeList(
  response: ServerResponse,
  head: object,
  items: readonly KubeObject[],
  present: (item: KubeObject) => object,
): Promise<void> {
  response.writeHead(200, {
    "content-type": "application/json",
    "cache-control": "no-cache, private",
  });
  // The head's closing brace gives way to the items.
  response.write(`${JSON.stringify(head).slice(0, -1)},"items":[`);
  for (let first = 0; first < items.length; first += itemsAtOnce) {
    if (response.destroyed) return;
    const part = items.slice(first, first + itemsAtOnce);
    const text = part.map((item) => JSON.stringify(present(item))).join(",");
    const isRoomLeft = response.write(first === 0 ? text : `,${text}`);
    if (isRoomLeft) await setImmediate();
    else await drained(response);
  }
  response.end("]}\n");
}

/** Resolves when there is room again, or nobody reads any more. */
async function drained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    over.abort();
  }
}
