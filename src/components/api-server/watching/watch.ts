/** Watches: where they begin. */
import { ApiError } from "../../../api/errors/api-error.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";
import { failureStatus } from "../../../api/requests/status.ts";
import type { Store } from "../../../api/store/store.ts";
import type { Answer } from "../http/call.ts";
import type { Presentation } from "../presenting/presentation.ts";
import { assertVersion, tooOldToWatch } from "../reading/resource-version.ts";
import type { Selection } from "../reading/selection.ts";
import { eventLine } from "./event-lines.ts";
import type { WatchHub } from "./watch-hub.ts";
import { WatchStream } from "./watch-stream.ts";

export interface WatchContext {
  readonly store: Store;
  readonly hub: WatchHub;
  readonly watchLifeMs: () => number;
}

/** @throws ApiError BadRequest, Invalid. */
export function watch(
  context: WatchContext,
  selection: Selection,
  presentation: Presentation,
  query: URLSearchParams,
): Answer {
  const wanted = query.get("resourceVersion") ?? "";
  const allowBookmarks = isTrue(query.get("allowWatchBookmarks"));
  const sendsInitial = query.get("sendInitialEvents");
  assertStreamingList(query);
  const timeoutMs = timeoutOf(query) ?? context.watchLifeMs();
  if (wanted !== "") assertVersion(wanted);
  return {
    type: "stream",
    start: (response) => {
      response.writeHead(200, {
        "content-type": "application/json",
        "cache-control": "no-cache, private",
      });
      // Clients wait for the head, and it may be long until something happens.
      response.flushHeaders();
      const { store } = context;
      const isStart = wanted === "" || wanted === "0";
      const showsAll = sendsInitial === null ? isStart : isTrue(sendsInitial);
      if (!isStart && !canBegin(store, wanted, showsAll)) {
        const status = failureStatus(tooOldToWatch(wanted, store.resourceVersion));
        response.end(eventLine("ERROR", status));
        return;
      }
      // Objects and version of one and the same moment.
      const fromNow = showsAll || isStart;
      new WatchStream(response, {
        ...context,
        selection,
        presentation,
        initial: showsAll ? selected(store, selection, presentation) : [],
        after: fromNow ? store.resourceVersion : wanted,
        allowBookmarks,
        marksInitialEnd: isTrue(sendsInitial) && allowBookmarks,
        timeoutMs,
      });
    },
  };
}

/**
 * A version that is yet to come is of another store, which this one has replaced: told that it is too old, the client
 * lists again and recovers at once. (A real server would wait for the version, and the client with it.)
 */
function canBegin(store: Store, wanted: string, showsAll: boolean): boolean {
  return showsAll
    ? Number(wanted) <= Number(store.resourceVersion)
    : store.changesSince(wanted) !== undefined;
}

function selected(
  store: Store,
  { namespace, matches }: Selection,
  { resource }: Presentation,
): readonly KubeObject[] {
  return store.list(resource.stored, namespace).filter(matches);
}

/** A list that comes as a watch must say how new it has to be; there is one way to. */
function assertStreamingList(query: URLSearchParams): void {
  const match = query.get("resourceVersionMatch");
  const sends = query.get("sendInitialEvents");
  const refuse = (why: string): never => {
    throw new ApiError("Invalid", `ListOptions.meta.k8s.io "" is invalid: ${why}`, {
      details: { group: "meta.k8s.io", kind: "ListOptions" },
    });
  };
  if (sends !== null && match !== "NotOlderThan") {
    refuse(
      "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
    );
  }
  if (sends === null && match !== null) {
    refuse(
      "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    );
  }
}

function timeoutOf(query: URLSearchParams): number | undefined {
  const seconds = Number(query.get("timeoutSeconds") ?? 0);
  if (!Number.isFinite(seconds) || seconds <= 0) return undefined;
  // A timer cannot wait longer: some three weeks.
  return Math.min(seconds * 1_000, 2 ** 31 - 1);
}

/** As Go reads a bool of a query. */
export function isTrue(text: string | null): boolean {
  return text !== null && ["1", "t", "true", "", "T", "True", "TRUE"].includes(text);
}
