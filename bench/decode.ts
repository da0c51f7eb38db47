/**
 * How many packets a second are decoded, ours beside tshark's, from one file.
 *
 * Both read the file, take every packet apart down to the innermost transport
 * header, and give addresses and ports: what a packet expectation needs. Run
 * with `node dist/bench/decode.js [packets]`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { ipAddress } from "../src/net/ip-address.ts";
import { deriveMacAddress } from "../src/net/mac-address.ts";
import { encodeDnsQuery } from "../src/wire/packet/dns/encode.ts";
import { encodeIcmp, ICMP_ECHO } from "../src/wire/packet/internet/icmp.ts";
import { encodeIpv4 } from "../src/wire/packet/internet/ipv4.ts";
import type { Layer } from "../src/wire/packet/layer.ts";
import { encodeEthernet } from "../src/wire/packet/link/ethernet.ts";
import { LINKTYPE_ETHERNET } from "../src/wire/packet/link/link-type.ts";
import { decodePacket } from "../src/wire/packet/packet.ts";
import { encodeTcp, TCP_ACK, TCP_PSH } from "../src/wire/packet/transport/tcp.ts";
import { encodeUdp } from "../src/wire/packet/transport/udp.ts";
import { encodeVxlan } from "../src/wire/packet/tunnel/vxlan.ts";
import { PcapReader } from "../src/wire/pcap/pcap-reader.ts";
import { median, printFigure } from "./figure.ts";

const packetCount = Number(process.argv[2] ?? 300_000);
const rounds = 3;
const payload = new Uint8Array(100).fill(0x78);

const source = deriveMacAddress("node01", "eth0");
const destination = deriveMacAddress("node02", "eth0");

function ethernet(etherType: number, inner: Uint8Array): Uint8Array {
  return encodeEthernet({ source, destination, etherType }, inner);
}

function ip(from: string, to: string, protocol: number, inner: Uint8Array): Uint8Array {
  const addresses = { source: ipAddress(from), destination: ipAddress(to) };
  return ethernet(0x0800, encodeIpv4({ ...addresses, protocol }, inner));
}

/** What the traffic of a cluster with an overlay looks like: half of it encapsulated. */
function samplePacket(index: number): Uint8Array {
  const from = `10.244.${index % 4}.${index % 200}`;
  const to = `10.244.${(index + 1) % 4}.${(index * 7) % 200}`;
  const port = 32_768 + (index % 20_000);
  const segment = encodeTcp(
    {
      sourcePort: port,
      destinationPort: 40_080,
      flags: TCP_ACK | TCP_PSH,
      window: 502,
      sequence: index * 100,
    },
    payload,
  );
  const tcp = ip(from, to, 6, segment);
  switch (index % 8) {
    case 0:
      return ip(from, to, 1, encodeIcmp({ icmpType: ICMP_ECHO, words: [1, index] }, payload));
    case 1: {
      const query = encodeDnsQuery({
        id: index & 0xffff,
        name: "redis.vote.svc.cluster.local",
        type: 1,
      });
      return ip(
        from,
        "10.96.0.10",
        17,
        encodeUdp({ sourcePort: port, destinationPort: 53 }, query),
      );
    }
    case 2:
    case 3:
      return tcp;
    default: {
      const outer = encodeUdp(
        { sourcePort: port, destinationPort: 4789 },
        encodeVxlan({ vni: 1 }, tcp),
      );
      return ip("192.168.0.16", "192.168.0.18", 17, outer);
    }
  }
}

function pcapFile(): Uint8Array {
  const header = new Uint8Array(24);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0xa1b2c3d4);
  view.setUint16(4, 2);
  view.setUint16(6, 4);
  view.setUint32(16, 262_144);
  view.setUint32(20, LINKTYPE_ETHERNET);
  const parts: Uint8Array[] = [header];
  for (let index = 0; index < packetCount; index++) {
    const packet = samplePacket(index);
    const record = new Uint8Array(16);
    const fields = new DataView(record.buffer);
    fields.setUint32(0, 1_700_000_000 + Math.floor(index / 1000));
    fields.setUint32(4, (index % 1000) * 1000);
    fields.setUint32(8, packet.byteLength);
    fields.setUint32(12, packet.byteLength);
    parts.push(record, packet);
  }
  return Buffer.concat(parts);
}

/** Adds up everything that is read, so that none of it can be left out. */
function readFields(layers: readonly Layer[]): number {
  let sum = 0;
  for (const layer of layers) {
    switch (layer.type) {
      case "ip":
      case "ipv6":
        sum += layer.source.length + layer.destination.length;
        break;
      case "tcp":
      case "udp":
        sum += layer.sourcePort + layer.destinationPort;
        break;
      default:
    }
  }
  return sum;
}

function decodeFile(file: string): number {
  const bytes = readFileSync(file);
  const reader = new PcapReader();
  let sum = 0;
  const chunkBytes = 65_536;
  for (let offset = 0; offset < bytes.byteLength; offset += chunkBytes) {
    for (const record of reader.push(bytes.subarray(offset, offset + chunkBytes))) {
      const options = { originalLength: record.originalLength };
      sum += readFields(decodePacket(record.data, LINKTYPE_ETHERNET, options));
    }
  }
  reader.finish();
  return sum;
}

const tsharkFields = [
  "ip.src",
  "ip.dst",
  "tcp.srcport",
  "tcp.dstport",
  "udp.srcport",
  "udp.dstport",
];

function tsharkFile(file: string): void {
  const fields = tsharkFields.flatMap((field) => ["-e", field]);
  execFileSync("tshark", ["-n", "-r", file, "-T", "fields", ...fields], {
    stdio: ["ignore", "ignore", "ignore"],
  });
}

function packetsPerSecond(run: () => void): number {
  const start = performance.now();
  run();
  return packetCount / ((performance.now() - start) / 1000);
}

const folder = mkdtempSync(path.join(tmpdir(), "podwire-bench-"));
try {
  const file = path.join(folder, "bench.pcap");
  writeFileSync(file, pcapFile());
  // The first is for the compiler of the one and the page cache of both.
  decodeFile(file);
  const ours: number[] = [];
  const tshark: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(packetsPerSecond(() => decodeFile(file)));
    tshark.push(packetsPerSecond(() => tsharkFile(file)));
  }
  printFigure({
    bench: "decode",
    what: `packets decoded, of ${packetCount.toLocaleString("en")}`,
    unit: "/s",
    podwire: median(ours),
    rounds: ours,
    against: { tool: "tshark -T fields", value: median(tshark) },
  });
} finally {
  rmSync(folder, { recursive: true });
}
