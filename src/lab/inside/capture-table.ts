/** The captures that callers from outside have started, by a name that they are given. */
import type { RunningCapture } from "../../observe/capture.ts";
import { type CapturedPacket, decodeCaptured } from "../../observe/captured-packet.ts";
import { writeCaptured } from "../../observe/write-captured.ts";
import { compileFilter } from "../../wire/filter/compile.ts";
import type { WirePacket } from "../control/protocol.ts";
import { RunError } from "../live/run-error.ts";

export class CaptureTable {
  readonly #captures = new Map<string, RunningCapture>();
  /** Called when a capture stops, for those that follow it. */
  readonly #ends = new Map<string, Set<() => void>>();
  #count = 0;

  add(capture: RunningCapture): {
    readonly capture: string;
    readonly interfaces: readonly string[];
  } {
    this.#count++;
    const id = `capture-${this.#count}`;
    this.#captures.set(id, capture);
    this.#ends.set(id, new Set());
    return { capture: id, interfaces: capture.interfaces };
  }

  /** Resolves when the capture has stopped. When its owner goes before that, it is ended as it is. */
  async keep(id: string, signal: AbortSignal): Promise<void> {
    const capture = this.#find(id);
    await this.#untilStopped(id, signal);
    if (!this.#captures.has(id)) return;
    this.#forget(id);
    await capture[Symbol.asyncDispose]();
  }

  async read(
    id: string,
    where: string | undefined,
  ): Promise<{ readonly packets: readonly WirePacket[] }> {
    const packets = await this.#find(id).packets();
    return { packets: filterPackets(packets, where).map(encode) };
  }

  /** Resolves when the capture has stopped, or the caller has gone. */
  follow(
    id: string,
    where: string | undefined,
    emit: (event: { readonly packet: WirePacket }) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const capture = this.#find(id);
    const isWanted = matcher(where);
    const end = capture.follow((packet) => {
      if (isWanted(packet)) emit({ packet: encode(packet) });
    });
    return this.#untilStopped(id, signal, end);
  }

  async stop(
    id: string,
    file: string | undefined,
    where: string | undefined,
  ): Promise<{ readonly packets: number; readonly droppedByKernel: number }> {
    const capture = this.#find(id);
    try {
      const packets = await capture.stop();
      if (file !== undefined) {
        await writeCaptured(file, filterPackets(packets, where), capture.interfaces);
      }
      // Had the kernel dropped any, stopping would have failed.
      return { packets: packets.length, droppedByKernel: 0 };
    } finally {
      this.#forget(id);
      // Where one tcpdump would not end in good order, the others are ended as they are.
      await capture[Symbol.asyncDispose]();
    }
  }

  /** Or until the signal aborts. `onEnd` is called at that very moment. */
  #untilStopped(id: string, signal: AbortSignal, onEnd?: () => void): Promise<void> {
    const ends = this.#ends.get(id);
    return new Promise((resolve) => {
      const finish = (): void => {
        ends?.delete(finish);
        onEnd?.();
        resolve();
      };
      ends?.add(finish);
      signal.addEventListener("abort", finish, { once: true });
      if (signal.aborted) finish();
    });
  }

  #forget(id: string): void {
    this.#captures.delete(id);
    for (const finish of this.#ends.get(id) ?? []) finish();
    this.#ends.delete(id);
  }

  #find(id: string): RunningCapture {
    const capture = this.#captures.get(id);
    if (capture === undefined) throw new RunError("RUN_NO_CAPTURE", `there is no ${id}`);
    return capture;
  }
}

function filterPackets(
  packets: readonly CapturedPacket[],
  where: string | undefined,
): readonly CapturedPacket[] {
  if (where === undefined) return packets;
  const matches = compileFilter(where);
  const decoded = decodeCaptured(packets);
  return packets.filter((_, index) => {
    const facts = decoded[index];
    return facts !== undefined && matches(facts);
  });
}

function matcher(where: string | undefined): (packet: CapturedPacket) => boolean {
  if (where === undefined) return () => true;
  const matches = compileFilter(where);
  let number = 0;
  return (packet) => {
    number++;
    return decodeCaptured([packet], number).some(matches);
  };
}

function encode({ timestampNs, data, ...packet }: CapturedPacket): WirePacket {
  return {
    ...packet,
    timestampNs: String(timestampNs),
    data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
  };
}
