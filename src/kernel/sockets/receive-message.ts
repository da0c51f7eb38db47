/** recvmsg(2): a datagram with its sender and what the kernel says about it. */
import koffi from "koffi";
import { type ControlMessages, decodeControlMessages } from "../../wire/socket/control-message.ts";
import { EAGAIN } from "../errno.ts";
import { libcFunction, orThrow } from "../libc.ts";

const MSG_ERRQUEUE = 0x2000;
const MSG_DONTWAIT = 0x40;

const recvmsg = libcFunction<[fd: number, message: Uint8Array, flags: number]>(
  "long recvmsg(int fd, void *message, int flags)",
);

export interface ReceivedMessage {
  /** A copy. */
  readonly payload: Uint8Array;
  /** A socket address of whatever family: decode it with wire/socket. Of the error queue: where our packet went. */
  readonly from: Uint8Array;
  readonly control: ControlMessages;
}

const NAME_BYTES = 128;
const CONTROL_BYTES = 512;
const PAYLOAD_BYTES = 65_536;

/**
 * What recvmsg takes, for all calls, as a message is copied out before the next is received. It is one
 * array buffer because its parts hold one another's addresses: an array buffer stays where it is,
 * and what points into it lives as long as it does.
 *
 *      0  struct msghdr, as on all 64-bit machines:
 *         [ u64 name | u32 namelen, pad | u64 iov | u64 iovlen | u64 control | u64 controllen | s32 flags, pad ]
 *     56  struct iovec: [ u64 base | u64 length ]
 *     72  name, control, payload
 */
const HEADER_BYTES = 56;
const VECTOR_BYTES = 16;
const NAME = HEADER_BYTES + VECTOR_BYTES;
const CONTROL = NAME + NAME_BYTES;
const PAYLOAD = CONTROL + CONTROL_BYTES;
const NAME_LENGTH = 8;
const CONTROL_LENGTH = 40;

const call = new Uint8Array(new ArrayBuffer(PAYLOAD + PAYLOAD_BYTES));
const view = new DataView(call.buffer);
const start = koffi.address(call);
view.setBigUint64(0, start + BigInt(NAME), true);
view.setBigUint64(16, start + BigInt(HEADER_BYTES), true);
view.setBigUint64(24, 1n, true);
view.setBigUint64(32, start + BigInt(CONTROL), true);
view.setBigUint64(HEADER_BYTES, start + BigInt(PAYLOAD), true);
view.setBigUint64(HEADER_BYTES + 8, BigInt(PAYLOAD_BYTES), true);

/**
 * The next message of a socket, or of its error queue; undefined when there is none. Never waits.
 *
 * @throws KernelError with a pending error of the socket, such as ECONNREFUSED.
 */
export function receiveMessage(
  operation: string,
  fd: number,
  queue: "data" | "errors" = "data",
): ReceivedMessage | undefined {
  // The kernel overwrites the lengths with what it used.
  view.setUint32(NAME_LENGTH, NAME_BYTES, true);
  view.setBigUint64(CONTROL_LENGTH, BigInt(CONTROL_BYTES), true);
  const flags = MSG_DONTWAIT | (queue === "errors" ? MSG_ERRQUEUE : 0);
  const length = recvmsg.raw(fd, call, flags);
  if (length === -EAGAIN) return undefined;
  orThrow(length, operation);
  const nameLength = view.getUint32(NAME_LENGTH, true);
  const controlLength = Number(view.getBigUint64(CONTROL_LENGTH, true));
  return {
    payload: call.slice(PAYLOAD, PAYLOAD + length),
    from: call.slice(NAME, NAME + nameLength),
    control: decodeControlMessages(call.slice(CONTROL, CONTROL + controlLength)),
  };
}
