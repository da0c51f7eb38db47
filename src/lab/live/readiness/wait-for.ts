import { type Kind, kinds } from "../../../api/objects/kinds.ts";
import type { Store } from "../../../api/store/store.ts";

/**
 * Resolves once `holds` is true: asked now, and again after the writes of each
 * turn of the event loop.
 *
 * @throws the signal's reason, when the signal aborts first.
 */
export function waitForStore(
  store: Store,
  holds: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = false;
    const ask = (): void => {
      asked = false;
      try {
        if (holds()) finish(resolve);
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const onChange = (): void => {
      if (asked) return;
      asked = true;
      setImmediate(ask);
    };
    const onAbort = (): void => finish(() => reject(signal.reason));
    // Events tell of changes and are none.
    const watched = (Object.keys(kinds) as Kind[]).filter((kind) => kind !== "Event");
    const ends = watched.map((kind) => store.watch(kind, onChange));
    const finish = (settle: () => void): void => {
      for (const end of ends) end();
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    else ask();
  });
}
