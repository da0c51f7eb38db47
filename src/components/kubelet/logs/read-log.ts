/** `kubectl logs` of one run of a container. */
import type { ContainerLog } from "./container-log.ts";
import { endsLine, type LogEntry } from "./log-lines.ts";

/** PodLogOptions of core/v1, without the choice of the container. */
export interface ReadLogOptions {
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  /** Lines, of the end. */
  readonly tailLines?: number;
  /** Milliseconds since the epoch; `sinceSeconds` is the asker's to count back. */
  readonly sinceMs?: number;
  /** No more than this, even if it ends within a line. */
  readonly limitBytes?: number;
}

/** In pieces of at least a line. While it follows, what nobody takes yet waits in the log, not in memory of its own. */
export async function* readLog(
  log: ContainerLog,
  options: ReadLogOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { follow = false, limitBytes = Number.POSITIVE_INFINITY } = options;
  let left = limitBytes;
  let next = log.next;
  let entries = selectEntries(log.from(0), options);
  let isLineBegin = true;
  for (;;) {
    for (const entry of entries) {
      const line = formatEntry(entry, options.timestamps === true && isLineBegin);
      isLineBegin = endsLine(entry);
      yield line.subarray(0, left);
      left -= line.byteLength;
      if (left <= 0) return;
    }
    if (!follow) return;
    await log.reaches(next, signal);
    if (signal.aborted || log.next === next) return;
    entries = log.from(next);
    next = log.next;
  }
}

/** Those that `tailLines` and `sinceMs` leave. */
function selectEntries(
  entries: readonly LogEntry[],
  { tailLines, sinceMs }: ReadLogOptions,
): readonly LogEntry[] {
  const recent =
    sinceMs === undefined
      ? entries
      : entries.slice(indexOrEnd(entries, BigInt(Math.ceil(sinceMs * 1_000)) * 1_000n));
  return tailLines === undefined ? recent : lastLines(recent, tailLines);
}

/** `2026-11-28T02:30:00.123456789Z hello` */
function formatEntry({ timeNs, bytes }: LogEntry, withTime: boolean): Uint8Array {
  return withTime ? Buffer.concat([Buffer.from(`${formatTimeNs(timeNs)} `), bytes]) : bytes;
}

function indexOrEnd(entries: readonly LogEntry[], sinceNs: bigint): number {
  const index = entries.findIndex(({ timeNs }) => timeNs >= sinceNs);
  return index === -1 ? entries.length : index;
}

/** A long line counts once, however many entries it has. */
function lastLines(entries: readonly LogEntry[], count: number): readonly LogEntry[] {
  let begin = entries.length;
  for (let lines = 0; begin > 0; begin--) {
    const before = entries[begin - 1];
    const isEnd = begin === entries.length || (before !== undefined && endsLine(before));
    if (isEnd && lines === count) break;
    if (isEnd) lines++;
  }
  return entries.slice(begin);
}

/** RFC 3339 with nine digits, as kubelet writes it. */
function formatTimeNs(timeNs: bigint): string {
  const seconds = new Date(Number(timeNs / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(timeNs % 1_000_000_000n).padStart(9, "0")}Z`;
}
