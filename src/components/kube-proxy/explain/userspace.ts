/** The rules of userspace mode and the table of its relays, with what each line is for. */
import { parseRelays, type RelayEntry } from "../userspace/relay-table.ts";
import { type ExplainedLine, type Phrase, phraseFor } from "./explained-line.ts";

const phrases: readonly Phrase[] = [
  [/^nat \*/, "nat: asked once per connection, for its first packet."],
  [/^filter \*/, "filter: what may pass."],
  [
    /-I INPUT .*NON-LOCAL/,
    "Connections to node ports are let in, whatever firewall stands behind.",
  ],
  [/-I PREROUTING /, "Whatever comes in, from pods or from other machines: is it for a Service?"],
  [/-I OUTPUT /, "What the node's own processes send passes no PREROUTING, so it is asked here."],
  [
    /-A PREROUTING /,
    "The last question: is it for an address of this node? Then it may be for a node port.",
  ],
  [/-A OUTPUT /, "The same for what the node's own processes send."],
  [
    /KUBE-NODEPORT-NON-LOCAL .*--dport (?<port>\d+)/,
    ({ port }) => `Connections to the proxy port ${port} may come in: a node port leads there.`,
  ],
  [
    /KUBE-PORTALS-CONTAINER .*-d (?<address>\S+)\/\d+ .*REDIRECT --to-ports (?<port>\d+)/,
    ({ address, port }) =>
      `${address} is a Service's: to this node itself, where kube-proxy listens at ${port}.`,
  ],
  [
    /KUBE-PORTALS-HOST .*-d (?<address>\S+)\/\d+ .*DNAT --to-destination (?<to>\S+)/,
    ({ address, to }) => `${address}, for the node's own processes: to kube-proxy at ${to}.`,
  ],
  [
    /KUBE-NODEPORT-CONTAINER .*--dport (?<number>\d+) .*REDIRECT --to-ports (?<port>\d+)/,
    ({ number, port }) => `Node port ${number}: to kube-proxy at ${port}.`,
  ],
  [
    /KUBE-NODEPORT-HOST .*--dport (?<number>\d+) .*DNAT --to-destination (?<to>\S+)/,
    ({ number, to }) =>
      `Node port ${number}, for the node's own processes: to kube-proxy at ${to}.`,
  ],
];

export function explainUserspace(text: string): readonly ExplainedLine[] {
  let table = "";
  return text.split("\n").map((line) => {
    if (line.startsWith("*")) table = line.slice(1);
    const [relay] = parseRelays(line);
    if (relay !== undefined) {
      return { line, why: relaySentence(relay), place: { table: "relay", chain: relay.name } };
    }
    const why = phraseFor(`${table} ${line}`, phrases);
    const [, chain] = /^-[AI] (\S+)/.exec(line) ?? [];
    return chain === undefined ? { line, why } : { line, why, place: { table, chain } };
  });
}

function relaySentence({
  proxyPort,
  protocol,
  name,
  affinitySeconds,
  endpoints,
}: RelayEntry): string {
  const who = `kube-proxy listens at ${proxyPort} (${protocol}) for ${name}`;
  if (endpoints.length === 0) return `${who}; it knows no endpoint, and hangs up.`;
  const again =
    affinitySeconds === undefined
      ? ""
      : `; a client that comes again within ${affinitySeconds} s goes where it was before`;
  return `${who} and opens a connection of its own for each that it takes, to ${endpoints.join(" and ")} in turn${again}. The server sees the node as its client.`;
}
