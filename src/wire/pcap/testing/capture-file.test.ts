import test from "ava";
import { DecodeError } from "../../../base/podwire-error.ts";
import {
  encodeEnhancedPacket,
  encodeInterfaceDescription,
  encodeSectionHeader,
} from "../pcapng-writer.ts";
import { decodeCaptureFile } from "./capture-file.ts";

const data = Uint8Array.of(0xca, 0xfe);

test("a pcapng file is known by its first block", (t) => {
  const file = Buffer.concat([
    encodeSectionHeader(),
    encodeInterfaceDescription({ linkType: 1, name: "eth0" }),
    encodeEnhancedPacket({ interfaceId: 0, timestampNs: 7n, data }),
  ]);
  t.deepEqual(decodeCaptureFile(file), [
    { linkType: 1, interfaceName: "eth0", timestampNs: 7n, originalLength: 2, data },
  ]);
});

test("anything else must be a pcap file", (t) => {
  const file = new Uint8Array(24 + 16 + 2);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0xa1b2_c3d4);
  view.setUint32(20, 101);
  view.setUint32(28, 3);
  view.setUint32(32, 2);
  view.setUint32(36, 2);
  file.set(data, 40);
  t.deepEqual(decodeCaptureFile(file), [
    { linkType: 101, interfaceName: undefined, timestampNs: 3000n, originalLength: 2, data },
  ]);
  t.throws(() => decodeCaptureFile(file.subarray(0, 41)), { instanceOf: DecodeError });
  t.throws(() => decodeCaptureFile(new Uint8Array(30)), { instanceOf: DecodeError });
});
