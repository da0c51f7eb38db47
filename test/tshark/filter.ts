/** What tshark says of display filters, many at a time. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { encodePcap } from "./encode-pcap.ts";

/** Weave's VXLAN and flannel's have no port that Debian's tshark knows. */
const decodeAs = ["-d", "udp.port==8472,vxlan", "-d", "udp.port==6784,vxlan"];
/** Each packet by itself: reassembly would move a packet's layers to the one that completes it. */
const preferences = ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"];
const FILTERS_PER_RUN = 50;

/**
 * For each filter the numbers, from 0, of the packets that `tshark -Y` would show.
 *
 * One run of tshark per filter would take a third of a second each. Its `io,stat` counts frames per interval for any
 * number of filters in one run; with one packet a second the counts are the answer.
 */
export async function matchedByTshark(
  packets: readonly Uint8Array[],
  filters: readonly string[],
): Promise<ReadonlyArray<readonly number[]>> {
  // tshark reads two passes where it must, so not from a pipe.
  const folder = await mkdtemp(path.join(tmpdir(), "podwire-filter-"));
  const file = path.join(folder, "packets.pcap");
  try {
    // The last second of a capture belongs to no interval, so one more packet closes the last that counts.
    const closed = [...packets, ...packets.slice(-1)];
    await writeFile(file, encodePcap(closed, { secondsBetween: 1 }));
    const matched: Array<readonly number[]> = [];
    for (let first = 0; first < filters.length; first += FILTERS_PER_RUN) {
      matched.push(...(await countPerSecond(file, filters.slice(first, first + FILTERS_PER_RUN))));
    }
    return matched;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function countPerSecond(
  file: string,
  filters: readonly string[],
): Promise<ReadonlyArray<readonly number[]>> {
  const { stdout } = await execa(
    "tshark",
    ["-q", "-n", "-r", file, ...decodeAs, ...preferences, "-z", `io,stat,1,${filters.join(",")}`],
    { env: { LC_ALL: "C" } },
  );
  const rows = stdout.split("\n").filter((line) => /^\|\s*\d+ <>/.test(line));
  return filters.map((_, column) =>
    rows.flatMap((row, index) => {
      const frames = Number(row.split("|")[2 + column * 2]);
      return frames > 0 ? [index] : [];
    }),
  );
}
