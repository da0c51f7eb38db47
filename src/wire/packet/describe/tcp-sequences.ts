/**
 * TCP sequence numbers relative to the start of their conversation: the wire
 * has 32 random bits, and readers think in bytes since the SYN.
 *
 * As Wireshark counts them: the SYN has 0, the first byte 1. A conversation
 * that was under way when the capture began starts with 1.
 */
import type { TcpLayer } from "../transport/tcp.ts";
import { TCP_ACK, TCP_SYN } from "../transport/tcp.ts";

/** Conversations remembered; the oldest is forgotten first, and then starts anew. */
const MAX_DIRECTIONS = 65_536;

export interface RelativeSequence {
  readonly sequence: number;
  readonly acknowledgement: number | undefined;
}

export class TcpSequences {
  /** The sequence number that counts as 0, by `source port > destination port`. */
  readonly #starts = new Map<string, number>();

  /** To be asked of each segment in its order. */
  relative(source: string, destination: string, tcp: TcpLayer): RelativeSequence {
    const forth = `${source} ${tcp.sourcePort} ${destination} ${tcp.destinationPort}`;
    const back = `${destination} ${tcp.destinationPort} ${source} ${tcp.sourcePort}`;
    const isSyn = tcp.has(TCP_SYN);
    const start = this.#start(forth, isSyn ? tcp.sequence : tcp.sequence - 1, isSyn);
    const { acknowledgement } = tcp;
    // Without the flag the field means nothing.
    if (acknowledgement === undefined || !tcp.has(TCP_ACK)) {
      return { sequence: distance(start, tcp.sequence), acknowledgement: undefined };
    }
    const other = this.#start(back, acknowledgement - 1, false);
    return {
      sequence: distance(start, tcp.sequence),
      acknowledgement: distance(other, acknowledgement),
    };
  }

  #start(direction: string, candidate: number, isNew: boolean): number {
    const known = this.#starts.get(direction);
    if (known !== undefined && !isNew) return known;
    if (this.#starts.size >= MAX_DIRECTIONS) this.#forgetOldest();
    this.#starts.set(direction, candidate);
    return candidate;
  }

  #forgetOldest(): void {
    for (const direction of this.#starts.keys()) {
      this.#starts.delete(direction);
      return;
    }
  }
}

/** Sequence numbers wrap at 2^32. */
function distance(from: number, to: number): number {
  return (to - from) >>> 0;
}
