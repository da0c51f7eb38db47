import type { Socket } from "node:net";
import { parseDiscardLine } from "./probe-token.ts";
import { bearWitness, endsOf, type Serving, sayWhoAsked } from "./serving.ts";

/** Longer than any first line of ours. */
const LONGEST_LINE = 128;
const LINE_FEED = 0x0a;
const REPORT_EVERY_MS = 50;

/**
 * Swallows what comes behind the first line and says how many bytes that were, twenty times a second
 * and at the end, a number a line. It counts what has arrived; a sender could only count what its own
 * kernel took.
 */
export function speakDiscard(socket: Socket, first: Buffer, serving: Serving): void {
  const ends = endsOf(socket);
  let head: Buffer | undefined = Buffer.alloc(0);
  let bytes = 0;
  let reported = -1;
  const take = (chunk: Buffer): void => {
    if (head === undefined) {
      bytes += chunk.length;
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(LINE_FEED);
    if (end === -1 && head.length < LONGEST_LINE) return;
    const id = parseDiscardLine(head.subarray(0, end));
    if (id !== undefined) bearWitness(serving, "tcp", [id], ends);
    bytes = head.length - end - 1;
    head = undefined;
  };
  const report = (): void => {
    if (bytes !== reported) socket.write(`${bytes}\n`);
    reported = bytes;
  };
  const reports = setInterval(report, REPORT_EVERY_MS);
  socket.on("close", () => {
    clearInterval(reports);
    sayWhoAsked(serving, `TCP connection with ${bytes} bytes`, ends.source);
  });
  const finish = (): void => {
    report();
    socket.end();
  };
  take(first);
  socket.on("data", take);
  if (socket.readableEnded) finish();
  else socket.on("end", finish);
}
