/** What is good YAML, and no value of ours. */
import { type Alias, type Document, isAlias, isMap, isNode, isSeq, type Node, visit } from "yaml";
import { positionAt, type SourceFile, trimmed } from "./position.ts";
import type { Problem } from "./problem.ts";
import { suggestion } from "./suggest.ts";

/** The first mapping or list in a key's place, which Kubernetes has none of: most likely a template's `{{name}}`. */
export function collectionKey(source: SourceFile, document: Document): Problem | undefined {
  let odd: Node | undefined;
  visit(document, {
    Pair: (_, { key }) => {
      if (!isMap(key) && !isSeq(key)) return undefined;
      odd = key;
      return visit.BREAK;
    },
  });
  if (odd === undefined) return undefined;
  const [start, end] = odd.range ?? [0, 1];
  return {
    severity: "error",
    code: "TOPOLOGY_SYNTAX",
    message: `${source.text.slice(start, end).trim()}: a key is a text, not a ${isMap(odd) ? "mapping" : "list"}`,
    hint: "fill a template in first, or put the text in quotes",
    ...positionAt(source, start, trimmed(source, start, end), []),
  };
}

/** The first alias without its anchor. Undefined when there is none: then one multiplies itself beyond reason. */
export function strayAlias(source: SourceFile, document: Document): Problem | undefined {
  const anchors: string[] = [];
  let stray: Alias | undefined;
  visit(document, (_, node) => {
    if (isAlias(node)) {
      if (anchors.includes(node.source)) return undefined;
      stray = node;
      return visit.BREAK;
    }
    if (isNode(node) && "anchor" in node && node.anchor !== undefined) anchors.push(node.anchor);
    return undefined;
  });
  if (stray === undefined) return undefined;
  const [start, end] = stray.range ?? [0, 1];
  return {
    severity: "error",
    code: "TOPOLOGY_SYNTAX",
    message: `alias *${stray.source}: no anchor &${stray.source} stands before it`,
    hint: suggestion(stray.source, anchors, "anchors before it"),
    ...positionAt(source, start, trimmed(source, start, end), []),
  };
}
