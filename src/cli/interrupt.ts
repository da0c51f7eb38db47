import type { Terminal } from "./terminal.ts";

/** 128 + SIGINT, as shells report it. */
export const INTERRUPTED_EXIT_CODE = 130;

/** The reason that the signal carries: nothing went wrong, somebody wants to stop. */
export class Interrupted extends Error {}

/**
 * The first Ctrl-C asks everything to end in order; the second ends the process at once. For commands that have
 * something to end: the others leave Ctrl-C what it is.
 */
export function untilInterrupted({ err }: Terminal): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    if (process.stderr.isTTY) err("\nending; once more to end at once\n");
    controller.abort(new Interrupted("interrupted"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}
