/** Whole Ethernet frames of a device, in and out: for a switch in user space. */
import { encodeLinkLayerAddress } from "../../wire/socket/link-layer-address.ts";
import { Rtnetlink } from "../devices/rtnetlink.ts";
import { closeDescriptor, libcFunction } from "../libc.ts";
import type { Netns } from "../netns.ts";
import { receiveMessage } from "./receive-message.ts";
import { AF_PACKET, bind, openPreparedSocket, setOption } from "./socket.ts";
import { SocketReadiness } from "./socket-readiness.ts";

const SOCK_RAW = 3;
/** Every protocol. */
const ETH_P_ALL = 3;
// linux/if_packet.h
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;

const send = libcFunction<[fd: number, frame: Uint8Array, length: number, flags: number]>(
  "long send(int fd, const void *frame, size_t length, int flags)",
);

/** Dispose it, or the event loop keeps waiting for frames. */
export class FrameSocket implements Disposable {
  readonly #fd: number;
  readonly #operation: string;
  #readiness: SocketReadiness | undefined;
  #disposed = false;

  private constructor(fd: number, operation: string) {
    this.#fd = fd;
    this.#operation = operation;
  }

  /**
   * From the moment this returns, frames that come in by `device` are kept for {@link onFrame}; what goes out by it is not seen.
   *
   * @throws KernelError ENODEV when there is no such device.
   */
  static open(netns: Netns, device: string): FrameSocket {
    const operation = `use device ${device} in netns ${netns.name}`;
    using rtnetlink = Rtnetlink.open(netns);
    const [index = 0] = rtnetlink.linksByName([device]).map((link) => link.index);
    const address = encodeLinkLayerAddress({ protocol: ETH_P_ALL, index });
    const fd = openPreparedSocket(
      operation,
      netns,
      { family: AF_PACKET, type: SOCK_RAW },
      (opened) => {
        setOption(operation, opened, [SOL_PACKET, PACKET_IGNORE_OUTGOING], 1);
        bind(operation, opened, address);
      },
    );
    return new FrameSocket(fd, operation);
  }

  /**
   * Puts a frame onto the device. One for which there is no room is lost, as on any switch.
   */
  send(frame: Uint8Array): void {
    send.raw(this.#fd, frame, frame.byteLength, 0);
  }

  /** Calls `receive` with each frame, those that came before this call included. Once. */
  onFrame(receive: (frame: Uint8Array) => void): void {
    this.#readiness ??= new SocketReadiness(this.#fd, "readable", () => {
      while (!this.#disposed) {
        const message = receiveMessage(this.#operation, this.#fd);
        if (message === undefined) return;
        receive(message.payload);
      }
    });
  }

  /** Safe to call twice, and from within `receive`. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#readiness?.[Symbol.dispose]();
    closeDescriptor(this.#fd);
  }
}
