/** What tcpdump says on its standard error. */

/** Since the start; the same three numbers on SIGUSR1 and at the end. */
export interface TcpdumpCounts {
  /** Written out by tcpdump. */
  readonly captured: number;
  /** Passed the filter in the kernel, dropped ones included. */
  readonly received: number;
  /** Found no room in the buffer that the kernel shares with tcpdump. */
  readonly dropped: number;
}

export type TcpdumpLine =
  | { readonly type: "listening" }
  | { readonly type: "counts"; readonly counts: TcpdumpCounts }
  | { readonly type: "other"; readonly text: string };

/**
 * Reads the lines in turn. Tcpdump prints counts in three lines at the end
 * and in one, with commas, on SIGUSR1:
 *
 *     tcpdump: 12 packets captured, 12 packets received by filter, 0 packets dropped by kernel
 */
export class TcpdumpReport {
  #captured = 0;
  #received = 0;

  read(line: string): TcpdumpLine {
    if (/(?:^|: )listening on /.test(line)) return { type: "listening" };
    const captured = count(line, "captured");
    const received = count(line, "received by filter");
    const dropped = count(line, "dropped by kernel");
    if (captured !== undefined) this.#captured = captured;
    if (received !== undefined) this.#received = received;
    if (dropped === undefined) return { type: "other", text: line };
    const counts = { captured: this.#captured, received: this.#received, dropped };
    return { type: "counts", counts };
  }
}

function count(line: string, what: string): number | undefined {
  const text = new RegExp(`(?<count>\\d+) packets? ${what}`).exec(line)?.groups?.["count"];
  return text === undefined ? undefined : Number(text);
}
