const LITTLE_ENDIAN_MICROSECONDS = 0xa1b2c3d4;
const LINKTYPE_ETHERNET = 1;

/** A pcap file of Ethernet frames with made-up times: the first in second 0. */
export function encodePcap(
  packets: readonly Uint8Array[],
  { secondsBetween }: { readonly secondsBetween: number },
): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(LITTLE_ENDIAN_MICROSECONDS, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(LINKTYPE_ETHERNET, 20);
  const records = packets.flatMap((packet, index) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(index * secondsBetween, 0);
    record.writeUInt32LE(packet.byteLength, 8);
    record.writeUInt32LE(packet.byteLength, 12);
    return [record, packet];
  });
  return Buffer.concat([header, ...records]);
}
