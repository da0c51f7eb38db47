/** What `nft list table` prints, read back into values. */
import { applyScript, type RuleSet } from "./rule-set.ts";

interface Block {
  readonly kind: "chain" | "set" | "map";
  readonly name: string;
  readonly lines: readonly string[];
}

/** Lines of a chain that are about the chain. */
const ABOUT_CHAIN = /^(type \w+ hook |comment ")/;

/** @throws RulesError for what kube-proxy does not write. */
export function readListing(listing: string): RuleSet {
  const table = /^table (?<name>ip6? kube-proxy) /m.exec(listing)?.groups?.["name"];
  if (table === undefined) return applyScript("");
  const blocks = Array.from(listing.matchAll(BLOCK), ({ groups = {} }): Block => {
    const { kind, name = "", body = "" } = groups;
    const lines = body.split("\n").map((line) => line.trim());
    const found = kind === "chain" || kind === "map" ? kind : "set";
    return { kind: found, name, lines: lines.filter((line) => line !== "") };
  });
  // First what is led to, then what leads to it.
  return applyScript(
    [
      ...blocks.map((block) => `add ${block.kind} ${table} ${block.name} ${definitionOf(block)}`),
      ...blocks.flatMap((block) => contentOf(block, table)),
    ].join("\n"),
  );
}

const BLOCK =
  /^\t(?<kind>chain|set|map) (?<name>\S+) \{\n(?<body>(?:\t\t.*\n|\t\t\t.*\n)*?)\t\}$/gm;

function definitionOf({ kind, lines }: Block): string {
  const about = lines.filter((line) =>
    kind === "chain" ? ABOUT_CHAIN.test(line) : /^(type|comment|flags|timeout|size) /.test(line),
  );
  return about.length === 0 ? "" : `{ ${about.join(" ; ")} }`;
}

function contentOf({ kind, name, lines }: Block, table: string): readonly string[] {
  if (kind === "chain") {
    return lines
      .filter((line) => !ABOUT_CHAIN.test(line))
      .map((line) => `add rule ${table} ${name} ${line}`);
  }
  const elements = /elements = \{ (?<list>.*) \}/.exec(lines.join(" "))?.groups?.["list"];
  // A comment is in quotes and holds no comma: it is the name of a Service's port.
  return (elements?.split(",") ?? []).map(
    (element) => `add element ${table} ${name} { ${element.trim()} }`,
  );
}
