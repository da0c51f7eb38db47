/** Bare IP packets, LINKTYPE_RAW (101): the version in the first four bits says which. */
import { BaseLayer } from "./base-layer.ts";
import { u8 } from "./fields.ts";
import { STEP_IPV4, STEP_IPV6, type Step } from "./step.ts";
import type { Walk } from "./walk.ts";

/** Has no bytes; there because Wireshark has it. */
export class RawLayer extends BaseLayer<"raw"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("raw", packet, offset, 0, end);
  }
}

export function walkRaw(walk: Walk): Step {
  if (!walk.has(1)) return walk.missing(1, "raw", "IP version");
  walk.layers.push(new RawLayer(walk.packet, walk.offset, walk.end));
  return u8(walk.packet, walk.offset) >>> 4 === 6 ? STEP_IPV6 : STEP_IPV4;
}
