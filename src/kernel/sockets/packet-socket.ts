/** Frames of a device: packet(7) sockets, for what has no socket of its own, such as ARP. */
import type { MacAddress } from "../../net/mac-address.ts";
import {
  decodeLinkLayerAddress,
  encodeLinkLayerAddress,
} from "../../wire/socket/link-layer-address.ts";
import { Rtnetlink } from "../devices/rtnetlink.ts";
import { closeDescriptor, orThrow } from "../libc.ts";
import type { Netns } from "../netns.ts";
import { receiveMessage } from "./receive-message.ts";
import { AF_PACKET, bind, openPreparedSocket, SOCK_DGRAM, sendTo } from "./socket.ts";
import { SocketReadiness } from "./socket-readiness.ts";

/** What is put behind an Ethernet header: the source address is the device's. */
export interface OutgoingFrame {
  /** EtherType: 0x0806 is ARP. */
  readonly protocol: number;
  readonly destination: MacAddress;
  readonly payload: Uint8Array;
}

export interface IncomingFrame {
  readonly source: MacAddress | undefined;
  /** Without the Ethernet header. */
  readonly payload: Uint8Array;
}

/**
 * Puts one frame onto a device, and is done.
 *
 * @throws KernelError ENODEV when there is no such device, ENETDOWN when it is down, EMSGSIZE beyond its MTU.
 */
export function sendFrame(netns: Netns, device: string, frame: OutgoingFrame): void {
  // Protocol 0: it receives nothing.
  using socket = PacketSocket.open(netns, device, 0);
  socket.send(frame);
}

/** Sends frames, and receives those of one protocol. Dispose it, or the event loop keeps waiting for frames. */
export class PacketSocket implements Disposable {
  readonly #fd: number;
  readonly #operation: string;
  readonly #index: number;
  #readiness: SocketReadiness | undefined;
  #disposed = false;

  private constructor(fd: number, operation: string, index: number) {
    this.#fd = fd;
    this.#operation = operation;
    this.#index = index;
  }

  /**
   * From the moment this returns, frames of `protocol` that come in by `device` are kept for {@link onFrame}.
   *
   * @throws KernelError ENODEV when there is no such device.
   */
  static open(netns: Netns, device: string, protocol: number): PacketSocket {
    const operation = `use device ${device} in netns ${netns.name}`;
    using rtnetlink = Rtnetlink.open(netns);
    const [index = 0] = rtnetlink.linksByName([device]).map((link) => link.index);
    // Protocol 0 until it is bound: it must not see other devices' frames.
    const fd = openPreparedSocket(
      operation,
      netns,
      { family: AF_PACKET, type: SOCK_DGRAM },
      (opened) => bind(operation, opened, encodeLinkLayerAddress({ protocol, index })),
    );
    return new PacketSocket(fd, operation, index);
  }

  /** @throws KernelError */
  send({ protocol, destination, payload }: OutgoingFrame): void {
    const to = encodeLinkLayerAddress({ protocol, index: this.#index, mac: destination });
    orThrow(sendTo(this.#fd, payload, to), this.#operation);
  }

  /** Calls `receive` with each frame, those that came before this call included. Once. */
  onFrame(receive: (frame: IncomingFrame) => void): void {
    this.#readiness ??= new SocketReadiness(this.#fd, "readable", () => {
      while (!this.#disposed) {
        const message = receiveMessage(this.#operation, this.#fd);
        if (message === undefined) return;
        receive({ source: decodeLinkLayerAddress(message.from).mac, payload: message.payload });
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
