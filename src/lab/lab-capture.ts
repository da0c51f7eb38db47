import type { ControlClient } from "./control-client.ts";
import type { WirePacket } from "./protocol.ts";

/** One packet as a capture saw it. */
export interface CapturedPacket {
  /** `node01:eth0`. */
  readonly interfaceName: string;
  /** Nanoseconds since the epoch. */
  readonly timestampNs: bigint;
  /** Bytes on the wire; `data` may be fewer. */
  readonly originalLength: number;
  readonly data: Uint8Array;
}

/** A capture that runs in a lab, seen from outside. Disposing it ends it. */
export class LabCapture implements AsyncDisposable {
  /** What is captured, as the pcapng will name it. */
  readonly interfaces: readonly string[];
  readonly #client: ControlClient;
  readonly #id: string;
  #stopped = false;

  /** Use {@link Lab.capture}. @internal */
  constructor(client: ControlClient, id: string, interfaces: readonly string[]) {
    this.#client = client;
    this.#id = id;
    this.interfaces = interfaces;
  }

  /**
   * Every packet so far that passes the display filter, in the order of their times. What was sent
   * before the call is there: the capture is drained first.
   */
  async packets(where?: string): Promise<readonly CapturedPacket[]> {
    const { packets } = await this.#client.call("readCapture", {
      capture: this.#id,
      ...(where !== undefined && { where }),
    });
    return packets.map(decode);
  }

  /** Calls back for every packet from the first on; resolves when the capture has stopped. */
  async follow(onPacket: (packet: CapturedPacket) => void, signal?: AbortSignal): Promise<void> {
    await this.#client.call(
      "followCapture",
      { capture: this.#id },
      { signal, onEvent: ({ packet }) => onPacket(decode(packet)) },
    );
  }

  /** Drains and ends the capture, and writes it as one time-sorted pcapng if a file is named. */
  async stop(
    file?: string,
  ): Promise<{ readonly packets: number; readonly droppedByKernel: number }> {
    this.#stopped = true;
    return this.#client.call("stopCapture", {
      capture: this.#id,
      ...(file !== undefined && { file }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stopped) await this.stop();
  }
}

function decode({ interfaceName, timestampNs, originalLength, data }: WirePacket): CapturedPacket {
  return {
    interfaceName,
    timestampNs: BigInt(timestampNs),
    originalLength,
    data: Buffer.from(data, "base64"),
  };
}
