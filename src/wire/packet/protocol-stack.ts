/** The protocols of a packet in one word, as Wireshark's `frame.protocols`. */
import { MIN_ETHERTYPE } from "./ether-type.ts";
import type { Layer } from "./layer.ts";

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
    const isUnreadable = layer.type === "malformed" || layer.type === "short";
    // The header was there and is shown: what could not be read is the rest of it.
    if (isUnreadable && before?.type === layer.protocol && before.offset === layer.offset) continue;
    const name = isUnreadable ? layer.protocol : layer.type;
    if (isMessage(name) && before?.type === name) continue;
    names.push(name);
  }
  return names.join(":");
}

/** Wireshark has a dissector of its own for the field, which shows when something follows. */
function carriesEtherType(layer: Layer): boolean {
  switch (layer.type) {
    case "vlan":
    case "ieee8021ad":
      return true;
    case "eth":
      return layer.etherType >= MIN_ETHERTYPE || layer.etherType === 0;
    case "sll":
      return layer.protocol >= MIN_ETHERTYPE;
    default:
      return false;
  }
}

function isMessage(name: string): boolean {
  return name === "dns" || name === "bgp";
}
