/**
 * How far two readings of one packet must agree when the packet is nonsense.
 *
 * tshark knows thousands of protocols, guesses the rest, and looks into messages
 * that other segments complete. So the stacks are compared as far as both read
 * the same protocols by the same rules.
 */
import type { Layer } from "../../src/wire/packet/layer.ts";
import { protocolStack } from "../../src/wire/packet/testing/protocol-stack.ts";

const known: ReadonlySet<string> = new Set([
  ..."eth ethertype vlan ieee8021ad llc arp ip ipv6 icmp icmpv6 tcp udp sctp gre vxlan".split(" "),
  ..."ipv6.hopopts ipv6.routing ipv6.fraghdr ipv6.dstopts dns mdns bgp sll null raw data".split(
    " ",
  ),
]);

/** Undefined when they agree; otherwise what differs. `theirs` is tshark's frame.protocols. */
export function stackDifference(layers: readonly Layer[], theirs: string): string | undefined {
  const ours = protocolStack(layers);
  const last = layers.at(-1);
  // Which protocol could not be read is ours to say: tshark tries others, or says nothing.
  if (last?.type === "malformed" || last?.type === "short") {
    const before = comparable(protocolStack(layers.slice(0, -1)));
    return theirs.startsWith(before) ? undefined : `${before} does not begin ${theirs}`;
  }
  const mine = comparable(ours);
  const other = comparable(theirs);
  return mine === other ? undefined : `${ours} is not ${theirs}`;
}

/** True when tshark read something in the packet that podwire does not decode. */
export function isForeign(theirs: string): boolean {
  return theirs.split(":").some((name) => !known.has(name));
}

/** Without what only tshark knows, and without the data that we have in its place. */
function comparable(stack: string): string {
  const names = stack.split(":");
  const foreign = names.findIndex((name) => !known.has(name));
  const read = foreign === -1 ? names : names.slice(0, foreign);
  while (read.at(-1) === "data") read.pop();
  // Part of a message is data to us, and a broken message to tshark; and once it has seen DNS
  // between two hosts, it looks for it on their other ports.
  if (/^(dns|mdns|bgp)$/.test(read.at(-1) ?? "")) read.pop();
  return read.join(":");
}
