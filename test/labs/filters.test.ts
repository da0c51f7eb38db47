/** Our decoder and our display filters held against tshark, on the packets of a lab. */
import test from "ava";
import { seededRandom } from "../../src/base/random.ts";
import { up } from "../../src/index.ts";
import { decodeCaptured } from "../../src/observe/captured-packet.ts";
import { compileFilter } from "../../src/wire/filter/compile.ts";
import type { FrameFacts } from "../../src/wire/filter/field.ts";
import { stackDifference } from "../tshark/compare-stacks.ts";
import { matchedByTshark } from "../tshark/filter.ts";
import { comparedFields, ourFields } from "../tshark/our-fields.ts";
import { randomFilter, vocabularyOf } from "../tshark/random-filter.ts";
import { tsharkFields } from "../tshark/tshark-fields.ts";
import { captureAllTraffic } from "./all-traffic.ts";

const FILTERS = 300;
const SEED = "all traffic";

await using lab = await up("test/labs/fixtures/all-traffic.yaml");
const packets = await captureAllTraffic(lab);
const decoded = decodeCaptured(packets);

test("the capture has something of everything", (t) => {
  t.true(packets.length > 500, `${packets.length}`);
  const required = [
    ...["arp.opcode == 1", "arp.opcode == 2", "icmp.type == 8", "icmp.type == 0"],
    ...["icmp.type == 11", "icmp.code == 3", "icmp.code == 0 && icmp.type == 3"],
    ...["tcp.flags.syn == 1", "tcp.flags.reset == 1", "tcp.flags.fin == 1", "udp.dstport == 5000"],
    ...["dns", "vxlan.vni == 1", "vxlan.vni == 4242", "vxlan && tcp", "vxlan && icmp"],
    ...["ip.flags.mf == 1", "ip.frag_offset > 0", "icmp && tcp", "icmp && udp"],
  ];
  for (const filter of required) {
    t.true(decoded.some(compileFilter(filter)), filter);
  }
  t.true(new Set(packets.map(({ interfaceName }) => interfaceName)).size >= 14);
});

test("every packet has the layers, addresses, ports and VNI that tshark sees", async (t) => {
  const samples = packets.map((packet) => ({ ...packet, title: packet.interfaceName }));
  const rows = await tsharkFields(samples, ["frame.protocols", ...comparedFields]);
  t.true(rows.length >= packets.length);
  for (const [index, { layers, interfaceName }] of decoded.entries()) {
    const row = rows[index];
    const title = `packet ${index + 1} at ${interfaceName}`;
    t.is(stackDifference(layers, row?.get("frame.protocols")?.[0] ?? ""), undefined, title);
    const ours = ourFields(layers);
    for (const field of comparedFields) {
      t.deepEqual(row?.get(field) ?? [], ours.get(field) ?? [], `${title}: ${field}`);
    }
  }
});

test(`${FILTERS} random filters select the packets that tshark -Y selects`, async (t) => {
  const random = seededRandom(SEED);
  const vocabulary = vocabularyOf(decoded);
  const filters = Array.from({ length: FILTERS }, () => randomFilter(vocabulary, random));
  const theirs = await matchedByTshark(
    packets.map(({ data }) => data),
    filters,
  );
  for (const [index, filter] of filters.entries()) {
    const matches = compileFilter(filter);
    const isCompared = (number: number): boolean =>
      !(filter.includes("_raw") && quotesTcp(decoded[number])) &&
      !(filter.includes("_ws.malformed") && hasData(decoded[number]));
    const ours = decoded.flatMap((packet, number) => (matches(packet) ? [number] : []));
    t.deepEqual(theirs[index]?.filter(isCompared), ours.filter(isCompared), filter);
  }
  // Neither everything nor nothing, or the comparison says little.
  const telling = theirs.filter(({ length }) => length > 0 && length < packets.length);
  t.true(telling.length > FILTERS / 3, `${telling.length}`);
});

/** tshark has raw sequence numbers only where it works out relative ones, which it does not in what an error quotes. */
function quotesTcp(packet: FrameFacts | undefined): boolean {
  const types = packet?.layers.map(({ type }) => type) ?? [];
  return types.includes("icmp") && types.includes("tcp");
}

/** By a port that the kernel chose by chance tshark may take what is in it for a protocol that it is not, and a malformed one. */
function hasData(packet: FrameFacts | undefined): boolean {
  return packet?.layers.at(-1)?.type === "data";
}
