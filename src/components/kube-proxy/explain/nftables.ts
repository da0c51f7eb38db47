/** Every line of an nft script of kube-proxy's, with what it is for. */
import type { ExplainedLine } from "./explained-line.ts";
import { explainNftables as sentenceFor } from "./nftables-sentences.ts";

const COMMAND =
  /^add (?<what>rule|element|chain|set|map) (?<table>ip6? kube-proxy) (?<name>\S+)(?: (?<rest>.*))?$/;

/** Chains that only exist, emptying and deleting are said nothing of: they go with what comes after them. */
export function explainNftables(script: string): readonly ExplainedLine[] {
  return script.split("\n").map((line) => {
    const { what, table = "", name = "", rest = "" } = COMMAND.exec(line)?.groups ?? {};
    const why = sentenceFor({ line, what, name, rest });
    return what === "rule" || what === "element"
      ? { line, why, place: { table, chain: name } }
      : { line, why };
  });
}
