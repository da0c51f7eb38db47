/** Our decoder held against tshark: the same packets, the same layers, the same fields. */
import test from "ava";
import type { Layer } from "../../src/wire/packet/layer.ts";
import { decodePacket } from "../../src/wire/packet/packet.ts";
import { protocolStack } from "../../src/wire/packet/testing/protocol-stack.ts";
import { comparedFields, ourFields } from "./our-fields.ts";
import { samplePackets } from "./sample-packets.ts";
import { tsharkFields } from "./tshark-fields.ts";

const rows = tsharkFields(samplePackets, ["frame.protocols", ...comparedFields]);

for (const [index, { title, linkType, data }] of samplePackets.entries()) {
  test(`tshark sees the same layers and fields: ${title}`, async (t) => {
    const theirs = (await rows)[index];
    const layers = decodePacket(data, linkType);
    t.is(theirs?.get("frame.protocols")?.[0], protocolStack(layers));
    if (isUnreadable(layers)) return;
    const ours = ourFields(layers);
    for (const field of comparedFields) {
      t.deepEqual(theirs?.get(field) ?? [], ours.get(field) ?? [], field);
    }
  });
}

/** tshark then still shows the fields in front of what could not be read, and we do not. */
function isUnreadable(layers: readonly Layer[]): boolean {
  const last = layers.at(-1)?.type;
  return last === "malformed" || last === "short";
}
