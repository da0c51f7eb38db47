/** A packet is a list of layers, outermost first. */
import type { Layer } from "./layer.ts";

export interface DecodeOptions {
  /** Bytes that were on the wire, when the capture may have cut the packet; all of `packet` unless given. */
  readonly originalLength?: number;
  /** UDP destination ports that carry VXLAN; 4789 (IANA) and 8472 (Linux, flannel) unless given. */
  readonly vxlanPorts?: readonly number[];
}

/**
 * All the layers of a packet, outermost first.
 *
 * Never throws: what cannot be read is the last layer, `malformed` when the
 * packet breaks its own format, `short` when the capture cut it. The layers keep
 * `packet` and read it when asked, so it must not be written to.
 *
 * `linkType` is one of link-type.ts; a packet of any other is one `data` layer.
 */
export function decodePacket(
  _packet: Uint8Array,
  _linkType: number,
  _options: DecodeOptions = {},
): readonly Layer[] {
  return [];
}
