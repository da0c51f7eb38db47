import { setMaxListeners } from "node:events";

/**
 * What becomes of `work`, unless the signal aborts first. For work that knows no signal: it goes
 * on, and nobody waits for it any more.
 *
 * @throws what `work` throws, or the signal's reason.
 */
export async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    // Many may wait for one signal: no leak, of which Node would warn.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
