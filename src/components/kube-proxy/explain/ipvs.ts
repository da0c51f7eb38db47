/** What ipvs mode gives a node, part by part and line by line, with what each line is for. */
import { type IpvsParts, partHeads } from "../ipvs/text/ipvs-text.ts";
import type { ExplainedLine } from "./explained-line.ts";
import { partSentences, explainIpvs as sentenceFor } from "./ipvs-sentences.ts";

const chains: Readonly<Record<Exclude<keyof IpvsParts, "rules">, RegExp>> = {
  addresses: /^address add .* dev (\S+)/,
  servers: /^-[Aa] (\S+ \S+)/,
  sets: /^add (\S+)/,
};

const tables: Readonly<Record<Exclude<keyof IpvsParts, "rules">, string>> = {
  addresses: "address",
  servers: "ipvs",
  sets: "ipset",
};

/** Object.keys forgets that the keys are these. */
const names = Object.keys(partHeads) as ReadonlyArray<keyof IpvsParts>;

export function explainIpvs(text: string): readonly ExplainedLine[] {
  let part: keyof IpvsParts = "addresses";
  let table = "";
  return text.split("\n").map((line) => {
    const head = names.find((name) => partHeads[name] === line);
    if (head !== undefined) {
      part = head;
      return { line, why: partSentences[part] };
    }
    if (line.startsWith("*")) table = line.slice(1);
    const why = sentenceFor(part, line, table);
    if (part === "rules") {
      const [, chain] = /^-[AI] (\S+)/.exec(line) ?? [];
      return chain === undefined ? { line, why } : { line, why, place: { table, chain } };
    }
    const [, chain] = chains[part].exec(line) ?? [];
    return chain === undefined
      ? { line, why }
      : { line, why, place: { table: tables[part], chain } };
  });
}
