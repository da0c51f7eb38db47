/**
 * What Weave's routers send one another on UDP port 6783 without encryption ("sleeve"), after weave's router/sleeve.go:
 * the sender's name, then any number of frames. Big-endian.
 *
 *      0                   6                   12                  18        20
 *     +-------------------+-------------------+-------------------+---------+-------------…
 *     | sender's name     | source peer       | destination peer  | length  | frame
 *     +-------------------+-------------------+-------------------+---------+-------------…
 *                         └─────────────── once for each frame ───────────────…
 *
 * A name is six bytes and written as a MAC address. Source and destination are whose pods speak; the sender is who sent the
 * datagram, which is another where routers have no direct connection.
 */
import { type MacAddress, macAddressBytes, macAddressFromBytes } from "../../net/mac-address.ts";
import { Reader } from "../reader.ts";

const NAME_BYTES = 6;
const LENGTH_BYTES = 2;
/** Of the sender's name and one frame's head. */
const HEADER_BYTES = 3 * NAME_BYTES + LENGTH_BYTES;

export interface SleeveFrame {
  readonly source: MacAddress;
  readonly destination: MacAddress;
  /** A whole Ethernet frame, without its checksum. Decoded: a view of the datagram. */
  readonly frame: Uint8Array;
}

export interface SleeveDatagram {
  readonly sender: MacAddress;
  readonly frames: readonly SleeveFrame[];
}

export function encodeSleeve(
  sender: MacAddress,
  { source, destination, frame }: SleeveFrame,
): Uint8Array {
  const output = new Uint8Array(HEADER_BYTES + frame.byteLength);
  output.set(macAddressBytes(sender), 0);
  output.set(macAddressBytes(source), NAME_BYTES);
  output.set(macAddressBytes(destination), 2 * NAME_BYTES);
  new DataView(output.buffer).setUint16(3 * NAME_BYTES, frame.byteLength);
  output.set(frame, HEADER_BYTES);
  return output;
}

/** @throws DecodeError when it ends within a frame. */
export function decodeSleeve(input: Uint8Array): SleeveDatagram {
  const reader = new Reader(input);
  const name = (what: string): MacAddress => macAddressFromBytes(reader.bytes(NAME_BYTES, what));
  const sender = name("sender's name");
  const frames: SleeveFrame[] = [];
  while (reader.remaining > 0) {
    const [source, destination] = [name("source peer"), name("destination peer")];
    const length = reader.u16("frame length");
    frames.push({ source, destination, frame: reader.bytes(length, "frame") });
  }
  return { sender, frames };
}
