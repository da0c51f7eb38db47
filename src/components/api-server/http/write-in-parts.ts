/** Long answers, a part at a time: others are served meanwhile, and a slow reader has no more than a part in memory. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";

/** How long others may be kept waiting for a part: a change has to reach its watchers within 20 ms, on a busy machine too. */
const partMs = 4;
/** Text that is known already takes its time later, when it is encrypted: some 3 ms for a mebibyte. */
const partLength = 128 * 1024;

/** Writes `items`, made into text one by one, with commas between them; ends early when nobody reads any more. */
export async function writeInParts<T>(
  response: ServerResponse,
  items: readonly T[],
  textOf: (item: T) => string,
): Promise<void> {
  let next = 0;
  while (next < items.length && !response.destroyed) {
    const until = performance.now() + partMs;
    let part = "";
    do {
      for (const item of items.slice(next, next + itemsBetweenLooks)) {
        part += next === 0 ? textOf(item) : `,${textOf(item)}`;
        next++;
      }
    } while (next < items.length && part.length < partLength && performance.now() < until);
    if (response.write(part)) await setImmediate();
    else await drained(response);
  }
}

/** The clock is not asked for every single one. */
const itemsBetweenLooks = 16;

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
