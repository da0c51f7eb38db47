import { closeSync } from "node:fs";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { type LibcFunction, libcFunction } from "../../src/kernel/libc.ts";
import type { Netns } from "../../src/kernel/netns.ts";
import { AF_PACKET, openSocket } from "../../src/kernel/sockets/socket.ts";

/** IEEE 802: local experimental EtherType 2. */
const ETHERTYPE = 0x88b6;
const SOCK_RAW = 3;
const SOCKADDR_LL_BYTES = 20;
const HEADER_BYTES = 14;

const sendto: LibcFunction<
  [fd: number, data: Uint8Array, length: number, flags: number, to: Uint8Array, toLength: number]
> = libcFunction(
  "long sendto(int fd, const void *data, size_t length, int flags, const void *to, uint toLength)",
);

/** Sends numbered frames out of a device; each has left when the call returns. */
export class FrameSender implements Disposable {
  readonly #fd: number;
  readonly #address: Buffer = Buffer.alloc(SOCKADDR_LL_BYTES);

  constructor(netns: Netns, device: string) {
    using rtnetlink = Rtnetlink.open(netns);
    const index = rtnetlink.linksByName([device])[0]?.index ?? 0;
    this.#fd = openSocket("test frames", netns, { family: AF_PACKET, type: SOCK_RAW });
    this.#address.writeUInt16LE(AF_PACKET, 0);
    this.#address.writeUInt16BE(ETHERTYPE, 2);
    this.#address.writeInt32LE(index, 4);
  }

  /** Broadcast; `length` counts the header. */
  send(number: number, length: number): void {
    const frame = Buffer.alloc(length, number & 0xff);
    frame.fill(0xff, 0, 6).writeUInt16BE(ETHERTYPE, 12);
    frame.writeUInt32BE(number, HEADER_BYTES);
    sendto("send a test frame", this.#fd, frame, length, 0, this.#address, SOCKADDR_LL_BYTES);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** The number of a frame that was sent by a {@link FrameSender}; undefined for any other. */
export function frameNumber(packet: Uint8Array): number | undefined {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  return packet.byteLength > HEADER_BYTES + 4 && view.getUint16(12) === ETHERTYPE
    ? view.getUint32(HEADER_BYTES)
    : undefined;
}
