/**
 * Everything that passes any device of a netns, in and out, with its time: for a look at one packet's way. Unlike a capture it
 * starts no program, and promises less: what is more than its buffer holds is lost, and counted.
 */
import { until } from "../../base/until.ts";
import { macAddressFromBytes } from "../../net/mac-address.ts";
import { LINKTYPE_ETHERNET, LINKTYPE_RAW } from "../../wire/packet/link/link-type.ts";
import {
  decodeLinkLayerAddress,
  encodeLinkLayerAddress,
  PACKET_OUTGOING,
} from "../../wire/socket/link-layer-address.ts";
import { closeDescriptor } from "../libc.ts";
import type { Netns } from "../netns.ts";
import { sendFrame } from "./packet-socket.ts";
import { realtimeNs } from "./realtime.ts";
import { receiveMessage } from "./receive-message.ts";
import {
  AF_PACKET,
  bind,
  getOption,
  openPreparedSocket,
  SO_TIMESTAMPNS,
  SOL_SOCKET,
  setOption,
} from "./socket.ts";

const SOCK_RAW = 3;
/** Every protocol. */
const ETH_P_ALL = 3;
const SO_RCVBUF = 8;
/** The kernel cuts it to net.core.rmem_max. */
const BUFFER_BYTES = 4 << 20;
// linux/if_packet.h
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
// linux/if_arp.h: loopback has Ethernet's header, too.
const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;

/** IEEE 802 local experimental EtherType 2: nobody takes it up. */
const MARKER_ETHERTYPE = 0x88b6;
const nobody = macAddressFromBytes(new Uint8Array(6));

export interface WatchedFrame {
  /** The device's number. */
  readonly index: number;
  readonly direction: "in" | "out";
  /** Nanoseconds since the epoch, by the kernel's clock. */
  readonly timestampNs: bigint;
  /** One of wire/packet/link/link-type.ts. */
  readonly linkType: number;
  readonly data: Uint8Array;
}

export class FrameWatch implements Disposable {
  readonly #fd: number;
  readonly #operation: string;

  private constructor(fd: number, operation: string) {
    this.#fd = fd;
    this.#operation = operation;
  }

  /**
   * Resolves when the kernel stamps the frames of a watch as they pass. It begins to in the background, after the first socket
   * of the machine asks for it; until then a frame has the time at which it is read, which says nothing of its order.
   *
   * `netns` needs its `lo` up.
   */
  static async stamped(netns: Netns, signal: AbortSignal): Promise<void> {
    using watch = FrameWatch.open(netns);
    const marker = { protocol: MARKER_ETHERTYPE, destination: nobody, payload: new Uint8Array(1) };
    await until(
      () => {
        sendFrame(netns, "lo", marker);
        const sentAtNs = realtimeNs();
        const [frame] = watch.take();
        return Promise.resolve(
          frame !== undefined && frame.timestampNs <= sentAtNs ? true : undefined,
        );
      },
      { intervalMs: 1, signal },
    );
  }

  /** From the moment this returns, frames of every device are kept, of those too that are yet to come. @throws KernelError */
  static open(netns: Netns): FrameWatch {
    const operation = `watch netns ${netns.name}`;
    // Protocol 0 until it is bound: no frame is without its time.
    const kind = { family: AF_PACKET, type: SOCK_RAW };
    const fd = openPreparedSocket(operation, netns, kind, (opened) => {
      setOption(operation, opened, [SOL_SOCKET, SO_TIMESTAMPNS], 1);
      setOption(operation, opened, [SOL_SOCKET, SO_RCVBUF], BUFFER_BYTES);
      bind(operation, opened, encodeLinkLayerAddress({ protocol: ETH_P_ALL, index: 0 }));
    });
    return new FrameWatch(fd, operation);
  }

  /** What has passed since the last call, in the order in which it did. */
  *take(): Generator<WatchedFrame> {
    for (;;) {
      const message = receiveMessage(this.#operation, this.#fd);
      if (message === undefined) return;
      const { index, hardwareType, packetType } = decodeLinkLayerAddress(message.from);
      const hasHeader = hardwareType === ARPHRD_ETHER || hardwareType === ARPHRD_LOOPBACK;
      yield {
        index,
        direction: packetType === PACKET_OUTGOING ? "out" : "in",
        timestampNs: message.control.timestampNs ?? 0n,
        linkType: hasHeader ? LINKTYPE_ETHERNET : LINKTYPE_RAW,
        data: message.payload,
      };
    }
  }

  /** Frames since the last call for which there was no room. */
  takeLost(): number {
    const statistics = getOption(this.#operation, this.#fd, [SOL_PACKET, PACKET_STATISTICS], 8);
    return new DataView(statistics.buffer).getUint32(4, true);
  }

  [Symbol.dispose](): void {
    closeDescriptor(this.#fd);
  }
}
