/**
 * Logical link control, IEEE 802.2 §3: what an Ethernet frame with a length
 * instead of a type carries. 3 bytes, as the frames of spanning tree have them.
 *
 *    +----------+----------+-----------+
 *    | DSAP (1) | SSAP (1) | control(1)|
 *    +----------+----------+-----------+
 */
import { BaseLayer } from "../base-layer.ts";
import { u8 } from "../fields.ts";
import { STEP_DATA, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";

const LLC_HEADER_BYTES = 3;

export class LlcLayer extends BaseLayer<"llc"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("llc", packet, offset, LLC_HEADER_BYTES, end);
  }

  get destinationServiceAccessPoint(): number {
    return u8(this.packet, this.offset);
  }

  get sourceServiceAccessPoint(): number {
    return u8(this.packet, this.offset + 1);
  }
}

export function walkLlc(walk: Walk): Step {
  if (!walk.has(LLC_HEADER_BYTES)) return walk.missing(LLC_HEADER_BYTES, "llc", "LLC header");
  walk.layers.push(new LlcLayer(walk.packet, walk.offset, walk.end));
  walk.offset += LLC_HEADER_BYTES;
  return STEP_DATA;
}
