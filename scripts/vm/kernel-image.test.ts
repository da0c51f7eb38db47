import test from "ava";
import { parseKernelImage } from "./kernel-image.ts";

/** As boot.rst lays it out: header at 0x1f1, setup of one sector, then the payload. */
function image(payload: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2_048);
  bytes.writeUInt8(1, 0x1f1);
  bytes.write("HdrS", 0x202, "latin1");
  bytes.writeUInt16LE(0x100, 0x20e);
  bytes.write("6.1.0-56-amd64 (somebody) #1 SMP\0", 0x300, "latin1");
  bytes.writeUInt32LE(16, 0x248);
  bytes.writeUInt32LE(payload.length, 0x24c);
  bytes.set(payload, 1_024 + 16);
  return bytes;
}

test("the release is the first word of the version", (t) => {
  t.is(parseKernelImage(image([])).release, "6.1.0-56-amd64");
});

const xz = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2];
const cases = [
  {
    title: "xz, without the length behind it",
    payload: [...xz, 9, 9, 9, 9],
    compression: "xz",
    bytes: xz,
  },
  {
    title: "gzip, which has no length behind it",
    payload: [0x1f, 0x8b, 8, 0],
    compression: "gzip",
    bytes: [0x1f, 0x8b, 8, 0],
  },
] as const;

for (const { title, payload, compression, bytes } of cases) {
  test(`a payload of ${title}`, (t) => {
    const found = parseKernelImage(image(payload)).payload;
    t.is(found?.compression, compression);
    t.deepEqual([...(found?.data ?? [])], [...bytes]);
  });
}

test("a payload of another kind is left as it is", (t) => {
  t.is(parseKernelImage(image([1, 2, 3, 4, 5, 6, 7, 8])).payload, undefined);
});

test("what is no kernel is refused", (t) => {
  t.throws(() => parseKernelImage(Buffer.from("#!/bin/sh\n")), { message: /no kernel image/ });
});
