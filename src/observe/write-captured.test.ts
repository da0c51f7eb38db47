import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "ava";
import { decodeCaptureFile } from "../wire/pcap/testing/capture-file.ts";
import type { CapturedPacket } from "./captured-packet.ts";
import { CapturedStream, encodeCaptured, writeCaptured } from "./write-captured.ts";

const packets: readonly CapturedPacket[] = [
  {
    interfaceName: "node01:eth0",
    linkType: 1,
    timestampNs: 1_763_724_605_123_456_789n,
    originalLength: 1_500,
    data: Uint8Array.of(1, 2, 3),
  },
  {
    interfaceName: "node01:tunl0",
    linkType: 101,
    timestampNs: 1_763_724_605_123_456_790n,
    originalLength: 2,
    data: Uint8Array.of(4, 5),
  },
  {
    interfaceName: "node01:eth0",
    linkType: 1,
    timestampNs: 1_763_724_605_123_456_791n,
    originalLength: 0,
    data: new Uint8Array(),
  },
];

test("a capture reads back the same piece by piece, and describes an interface once", (t) => {
  const stream = new CapturedStream();
  const pieces = [
    stream.begin(),
    ...packets.map((packet) => stream.packet(packet)),
    stream.end(["node01:eth0", "node02:eth0"]),
  ];
  const read = decodeCaptureFile(Buffer.concat(pieces));
  t.deepEqual(
    read.map((packet) => ({ ...packet, data: Uint8Array.from(packet.data) })),
    packets.map((packet) => ({ ...packet })),
  );
  const text = Buffer.concat(pieces).toString("latin1");
  for (const name of ["node01:eth0", "node01:tunl0", "node02:eth0"]) {
    t.is(text.split(name).length, 2, name);
  }
});

test("a capture reads back as it was: interfaces, nanoseconds, lengths, bytes", (t) => {
  const read = decodeCaptureFile(encodeCaptured(packets));
  t.deepEqual(
    read.map((packet) => ({ ...packet, data: Uint8Array.from(packet.data) })),
    packets.map((packet) => ({ ...packet })),
  );
});

test("an interface that saw nothing is named all the same, in the order asked for", (t) => {
  const file = Buffer.from(encodeCaptured(packets.slice(0, 1), ["node02:eth0", "node01:eth0"]));
  const [silent, busy] = ["node02:eth0", "node01:eth0"].map((name) => file.indexOf(name));
  t.true(silent !== undefined && busy !== undefined && silent > 0 && silent < busy);
  t.is(decodeCaptureFile(file)[0]?.interfaceName, "node01:eth0");
});

test("the file's folder is made when it is not there", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "podwire-write-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "a", "b", "lab.pcapng");
  await writeCaptured(file, packets);
  t.deepEqual(Uint8Array.from(await readFile(file)), Uint8Array.from(encodeCaptured(packets)));
});
