/** The protocols of a packet in one word, as Wireshark's `frame.protocols`. */

import type { MalformedLayer, ShortLayer } from "../data.ts";
import type { Layer } from "../layer.ts";
import { MAX_LENGTH_FIELD, MIN_ETHERTYPE } from "../link/ether-type.ts";

/**
 * `eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp`.
 *
 * A layer that could not be read stands there as what it should have been;
 * messages that follow one another in a segment stand there once.
 */
export function protocolStack(layers: readonly Layer[]): string {
  const names: string[] = [];
  for (const [index, layer] of layers.entries()) {
    const before = layers[index - 1];
    if (before !== undefined && carriesEtherType(before)) names.push("ethertype");
    if (layer.type === "malformed" || layer.type === "short") {
      if (!isRest(layer, layers.slice(0, index))) names.push(layer.protocol);
    } else if (!isMessage(layer.type) || before?.type !== layer.type) {
      names.push(layer.type);
    }
  }
  return names.join(":");
}

/** Wireshark has a dissector of its own for the field, which shows when something follows. */
function carriesEtherType(layer: Layer): boolean {
  switch (layer.type) {
    case "eth":
      return layer.etherType >= MIN_ETHERTYPE || layer.etherType === 0;
    case "vlan":
      return layer.etherType > MAX_LENGTH_FIELD;
    case "ieee8021ad":
      return true;
    case "sll":
      return layer.protocol > MIN_ETHERTYPE;
    default:
      return false;
  }
}

/** True when the header could be read and is there: then what could not is the rest of it. */
function isRest(
  { protocol, offset }: MalformedLayer | ShortLayer,
  before: readonly Layer[],
): boolean {
  const header = before.findLast(({ type }) => type !== "data");
  if (header?.type !== protocol) return false;
  return header.offset === offset || isMessage(protocol) || protocol === "sctp";
}

function isMessage(name: string): boolean {
  return name === "dns" || name === "bgp";
}
