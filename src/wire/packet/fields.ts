/**
 * Fields at an offset of a packet, in network byte order.
 *
 * Unlike `Reader` these check nothing: a layer's constructor has made sure that
 * its header is there, once, so that reading a field costs a load and allocates
 * nothing. Beyond the end they answer 0.
 */

export function u8(packet: Uint8Array, offset: number): number {
  return packet[offset] ?? 0;
}

export function u16(packet: Uint8Array, offset: number): number {
  return ((packet[offset] ?? 0) << 8) | (packet[offset + 1] ?? 0);
}

export function u24(packet: Uint8Array, offset: number): number {
  return (u16(packet, offset) << 8) | u8(packet, offset + 2);
}

export function u32(packet: Uint8Array, offset: number): number {
  return ((u16(packet, offset) << 16) | u16(packet, offset + 2)) >>> 0;
}

/** The same four bytes in the other order. */
export function swap32(value: number): number {
  return (
    ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0
  );
}
