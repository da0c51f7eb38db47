/**
 * One watch: a response that stays open and gets a line for each change.
 *
 * A stream is behind while its reader is slower than the changes, or has not yet read what there was at the start. Then it
 * buffers nothing but remembers the version it has come to, and catches up from the store's own memory when the
 * socket has room again. Who falls behind further than the store remembers is told so, and has to list again.
 */
import type { ServerResponse } from "node:http";
import type { KubeObject } from "../../../api/objects/meta.ts";
import { failureStatus } from "../../../api/requests/status.ts";
import type { Store } from "../../../api/store/store.ts";
import type { WatchEvent } from "../../../api/store/watch-event.ts";
import type { Presentation } from "../presenting/presentation.ts";
import { tooOldToWatch } from "../reading/resource-version.ts";
import type { Selection } from "../reading/selection.ts";
import { type BookmarkReason, bookmark } from "./bookmark.ts";
import { EventLines, eventLine, tableLine } from "./event-lines.ts";
import { type SelectedEvent, selectEvent } from "./select-event.ts";
import type { WatchHub } from "./watch-hub.ts";

export interface WatchOptions {
  readonly store: Store;
  readonly hub: WatchHub;
  readonly selection: Selection;
  readonly presentation: Presentation;
  /** Objects to show as ADDED before anything else: the selection as it is now. */
  readonly initial: readonly KubeObject[];
  /** The version after which changes are shown. */
  readonly after: string;
  readonly allowBookmarks: boolean;
  /** Whether to say when all of `initial` has been shown. */
  readonly marksInitialEnd: boolean;
  readonly timeoutMs: number;
}

/** Objects put into words at a time, so that a long start does not keep others waiting. */
const objectsAtOnce = 64;
/** How long the last line may take to reach a reader who has fallen behind. */
const lastWordsMs = 10_000;

export class WatchStream {
  readonly #options: WatchOptions;
  readonly #response: ServerResponse;
  readonly #leaveHub: () => void;
  readonly #timeout: NodeJS.Timeout;
  /** Objects of the start that are still to be shown. */
  #initial: readonly KubeObject[];
  #owesInitialEnd: boolean;
  /** The version the stream has come to, while it is behind; undefined while it is live. */
  #position: string | undefined;
  #needsColumns = true;
  #isOver = false;

  constructor(response: ServerResponse, options: WatchOptions) {
    this.#response = response;
    this.#options = options;
    this.#initial = options.initial;
    this.#owesInitialEnd = options.marksInitialEnd;
    this.#position = options.after;
    const { hub, presentation, timeoutMs } = options;
    this.#leaveHub = hub.add({
      kind: presentation.resource.stored,
      deliver: (events, lines) => this.#deliver(events, lines),
      bookmark: () => this.#bookmark(),
      end: () => this.#end(),
    });
    response.on("drain", () => this.#catchUp());
    response.on("close", () => this.#leave());
    this.#timeout = setTimeout(() => {
      this.#bookmark();
      this.#end();
    }, timeoutMs);
    this.#catchUp();
  }

  /** Shows what it is behind with, as far as the socket takes it. */
  #catchUp(): void {
    if (this.#position === undefined || this.#isOver) return;
    const { store, hub, after } = this.#options;
    while (this.#initial.length > 0) {
      const part = this.#initial.slice(0, objectsAtOnce);
      this.#initial = this.#initial.slice(objectsAtOnce);
      const lines = new EventLines();
      const text = part.map((object) => this.#line(object, { type: "ADDED", object }, lines));
      if (!this.#write(text.join(""))) return;
    }
    if (this.#owesInitialEnd) {
      this.#owesInitialEnd = false;
      if (!this.#write(this.#bookmarkLine(after, "initial-events-end"))) return;
    }
    // Whatever waits to be delivered is part of what is read here.
    hub.flush();
    const changes = store.changesSince(this.#position);
    if (changes === undefined) {
      this.#fallBehind();
      return;
    }
    const { resourceVersion } = store;
    this.#position = undefined;
    const { stored } = this.#options.presentation.resource;
    const concerned = changes.filter(({ object }) => object.kind === stored);
    if (!this.#write(this.#linesOf(concerned, new EventLines()))) this.#position = resourceVersion;
  }

  #deliver(events: readonly WatchEvent[], lines: EventLines): void {
    const { store } = this.#options;
    if (this.#position === undefined) {
      if (!this.#write(this.#linesOf(events, lines))) this.#position = store.resourceVersion;
    } else if (store.changesSince(this.#position) === undefined) {
      this.#fallBehind();
    }
  }

  #linesOf(events: readonly WatchEvent[], lines: EventLines): string {
    const { selection } = this.#options;
    return events
      .flatMap((event) => {
        const selected = selectEvent(event, selection);
        return selected === undefined ? [] : this.#line(event, selected, lines);
      })
      .join("");
  }

  #line(change: object, selected: SelectedEvent, lines: EventLines): string {
    const { presentation } = this.#options;
    if (presentation.shape !== "table") return lines.of(change, selected, presentation);
    const withColumns = this.#needsColumns;
    this.#needsColumns = false;
    return tableLine(selected, presentation, withColumns);
  }

  /** Never ahead of what was shown: the hub delivers first, and who is behind says nothing. */
  #bookmark(): void {
    const { store, hub, allowBookmarks } = this.#options;
    hub.flush();
    if (!allowBookmarks || this.#position !== undefined || this.#isOver) return;
    if (!this.#write(this.#bookmarkLine(store.resourceVersion))) {
      this.#position = store.resourceVersion;
    }
  }

  #bookmarkLine(resourceVersion: string, reason?: BookmarkReason): string {
    return eventLine("BOOKMARK", bookmark(this.#options.presentation, resourceVersion, reason));
  }

  #fallBehind(): void {
    const { store } = this.#options;
    const error = tooOldToWatch(this.#position ?? "", store.resourceVersion);
    this.#write(eventLine("ERROR", failureStatus(error)));
    this.#end();
  }

  #write(text: string): boolean {
    return text === "" || this.#response.write(text);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#leave();
    const { socket } = this.#response;
    this.#response.end();
    // Who does not read does not read this either, and must not hold the connection for it.
    const patience = setTimeout(() => socket?.destroy(), lastWordsMs);
    patience.unref();
    this.#response.once("close", () => clearTimeout(patience));
  }

  #leave(): void {
    this.#isOver = true;
    this.#initial = [];
    this.#leaveHub();
    clearTimeout(this.#timeout);
  }
}
