import type { CapturedPacket } from "../observe/captured-packet.ts";
import type { ControlClient, HeldCall } from "./control/control-client.ts";
import type { Operations, WirePacket } from "./control/protocol.ts";
import { LabError } from "./lab-error.ts";
import { pathForLab } from "./path-for-lab.ts";

export interface FollowOptions {
  /** A display filter. */
  readonly where?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StopOptions {
  /** Where the pcapng goes. */
  readonly file?: string | undefined;
  /** A display filter: what of it is written. */
  readonly where?: string | undefined;
}

export interface CaptureSummary {
  /** All that were captured. */
  readonly packets: number;
  readonly droppedByKernel: number;
}

type HeldCapture = HeldCall<Operations["startCapture"]["event"]>;

/** A capture that runs in a lab, seen from outside. Disposing it ends it. */
export class LabCapture implements AsyncDisposable {
  /** What is captured, as the pcapng will name it. */
  readonly interfaces: readonly string[];
  readonly #client: ControlClient;
  /** As long as it lasts, the capture does; it ends with this process. */
  readonly #held: HeldCapture;
  readonly #id: string;
  #stopped = false;

  /** Use {@link Lab.capture}. @internal */
  constructor(client: ControlClient, held: HeldCapture) {
    this.#client = client;
    this.#held = held;
    this.#id = held.event.capture;
    this.interfaces = held.event.interfaces;
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
  async follow(
    onPacket: (packet: CapturedPacket) => void,
    { where, signal }: FollowOptions = {},
  ): Promise<void> {
    await this.#client.call(
      "followCapture",
      { capture: this.#id, ...(where !== undefined && { where }) },
      { signal, onEvent: ({ packet }) => onPacket(decode(packet)) },
    );
  }

  /** Drains and ends the capture, and writes it as one time-sorted pcapng if a file is named. */
  async stop({ file, where }: StopOptions = {}): Promise<CaptureSummary> {
    this.#stopped = true;
    const request = {
      capture: this.#id,
      ...(file !== undefined && { file: pathForLab(file) }),
      ...(where !== undefined && { where }),
    };
    try {
      return await this.#client.call("stopCapture", request);
    } finally {
      this.#held[Symbol.dispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.stop();
    } catch (error) {
      // It ended with its lab.
      if (!(error instanceof LabError && error.code === "LAB_GONE")) throw error;
    }
  }
}

function decode({ timestampNs, data, ...packet }: WirePacket): CapturedPacket {
  return { ...packet, timestampNs: BigInt(timestampNs), data: Buffer.from(data, "base64") };
}
