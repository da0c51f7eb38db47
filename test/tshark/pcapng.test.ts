/** Capture files of ours as Wireshark's own programs read them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "ava";
import {
  encodeEnhancedPacket,
  encodeInterfaceDescription,
  encodeInterfaceStatistics,
  encodeSectionHeader,
} from "../../src/wire/pcap/pcapng-writer.ts";
import { runWireshark } from "./run-wireshark.ts";

const frame = Buffer.from(`020000000002020000000001123468${"00".repeat(47)}`, "hex");
const file = Buffer.concat([
  encodeSectionHeader({ application: "podwire 0.1.0", os: "Linux", comment: "two captures" }),
  encodeInterfaceDescription({
    linkType: 1,
    name: "node01:eth0",
    description: "underlay",
    filter: "udp port 4789",
    snapLength: 96,
  }),
  encodeInterfaceDescription({ linkType: 1, name: "vote.vote-1:eth0" }),
  encodeEnhancedPacket({ interfaceId: 0, timestampNs: 1_700_000_000_123_456_789n, data: frame }),
  encodeEnhancedPacket({
    interfaceId: 1,
    timestampNs: 1_700_000_001_000_000_001n,
    data: frame.subarray(0, 20),
    originalLength: 62,
    comment: "expected: none",
  }),
  encodeInterfaceStatistics({
    interfaceId: 0,
    timestampNs: 1_700_000_002n,
    received: 9,
    dropped: 2,
  }),
  encodeInterfaceStatistics({
    interfaceId: 1,
    timestampNs: 1_700_000_002n,
    received: 1,
    dropped: 0,
  }),
]);

async function withFile<T>(use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "podwire-pcapng-"));
  try {
    const name = path.join(folder, "capture.pcapng");
    await writeFile(name, file);
    return await use(name);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("tshark shows the interface, time, lengths and comment of each packet", async (t) => {
  const fields = [
    "frame.interface_name",
    "frame.interface_description",
    "frame.time_epoch",
    "frame.cap_len",
    "frame.len",
    "frame.comment",
  ];
  const lines = await withFile((name) =>
    runWireshark("tshark", ["-n", "-r", name, "-T", "fields", ...fields.flatMap((f) => ["-e", f])]),
  );
  t.deepEqual(
    lines.map((line) => line.split("\t")),
    [
      ["node01:eth0", "underlay", "1700000000.123456789", "62", "62", ""],
      ["vote.vote-1:eth0", "", "1700000001.000000001", "20", "62", "expected: none"],
    ],
  );
});

test("capinfos shows the application, the interfaces and their drops", async (t) => {
  const lines = await withFile((name) => runWireshark("capinfos", [name]));
  for (const expected of [
    /Capture application:\s+podwire 0\.1\.0/,
    /Capture comment:\s+two captures/,
    /File timestamp precision:\s+nanoseconds \(9\)/,
    /Number of interfaces in file: 2/,
    /Name = node01:eth0/,
    /Description = underlay/,
    /Filter string = udp port 4789/,
    /Capture length = 96/,
    /Name = vote\.vote-1:eth0/,
    /Number of packets = 1/,
  ]) {
    t.regex(lines.join("\n"), expected);
  }
});
