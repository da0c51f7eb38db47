import type { PredictedEnd, Prediction } from "../../observe/prediction.ts";
import { painter } from "./paint.ts";

/**
 * What `podwire predict` prints:
 *
 *     tcp deploy/vote/vote → svc/vote/redis (10.244.1.2 → 10.104.22.112:6379), by the rules of node01
 *       100 %  10.244.2.2:6379, vote/redis-846fd65788-7l4lr, which sees 10.244.1.2
 */
export function renderPrediction(
  prediction: Prediction,
  { colour, rules }: { readonly colour: "colour" | "plain"; readonly rules: boolean },
): string {
  const paint = painter(colour);
  const { from, to, protocol, source, destination, nodes, ends } = prediction;
  const by = nodes.length === 0 ? "past every node" : `by the rules of ${nodes.join(", then of ")}`;
  const head = `${paint("bold", `${protocol} ${from} → ${to}`)} (${source} → ${destination}), ${by}`;
  const lines = ends.flatMap((end) => [
    `  ${percent(end.probability)}  ${describeEnd(end, prediction)}`,
    ...(rules ? wayOf(end, nodes.length > 1) : []),
  ]);
  return `${[head, ...lines].join("\n")}\n`;
}

/** `33.3 %`, right-aligned for a hundred. */
function percent(probability: number): string {
  return `${Number((probability * 100).toFixed(1))} %`.padStart(6);
}

function describeEnd(end: PredictedEnd, { source, destination }: Prediction): string {
  const sees = end.masqueradedBy === undefined ? source : `an address of ${end.masqueradedBy}`;
  switch (end.outcome) {
    case "endpoint": {
      const who = end.server === undefined ? "" : `, ${end.server}`;
      const lost =
        end.answerPasses === undefined
          ? ""
          : `, and whose answer comes past ${end.answerPasses}: to the client it is none`;
      return `${end.endpoint}${who}, which sees ${sees}${lost}`;
    }
    case "rejected":
      return "rejected: the client is told that the port is unreachable";
    case "dropped":
      return "dropped: the client hears nothing";
    case "closed":
      return "taken by the node's kube-proxy, which knows no endpoint and hangs up";
    case "accepted":
      return `${destination} as it is: a rule lets it in`;
    case "untouched":
      return `${destination} as it is: no rule translates it`;
  }
}

function wayOf({ rules }: PredictedEnd, severalNodes: boolean): readonly string[] {
  return rules.map(({ node, table, chain, text }) => {
    // iptables' rules name their chain themselves, nftables' one table needs no name.
    const where = /^-[AI] /.test(text) ? table.padEnd(6) : chain.padEnd(28);
    return `            ${severalNodes ? `${node} ` : ""}${where} ${text}`;
  });
}
