/** Files as written: their YAML documents, and where in them every value stands. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
} from "yaml";
import { kubernetesYaml } from "../../api/kubernetes-yaml.ts";
import type { SourceLocation, TopologyErrorCode } from "../../base/podwire-error.ts";
import { collectionKey, strayAlias } from "./odd-node.ts";
import { type DocumentPath, positionAt, type SourceFile, sourceFile, trimmed } from "./position.ts";
import type { Problem, Report, Severity } from "./problem.ts";
import { reportSyntax } from "./syntax.ts";

/** A value in a file: which document, and the path to it. */
export interface Spot {
  readonly source: SourceFile;
  readonly document: Document;
  readonly path: DocumentPath;
}

/** A document that parsed, as plain data and as the spot of its root. */
export interface SourceDocument {
  readonly value: unknown;
  readonly spot: Spot;
}

/** What to point at: the value, its key, or a part of the value's text. */
export interface Aim {
  readonly target?: "key" | "value";
  /** Characters from the start of a text value. */
  readonly offset?: number;
  readonly length?: number;
}

export interface ProblemOptions extends Aim {
  readonly severity?: Severity;
  readonly hint?: string | undefined;
}

/**
 * The documents of a file, empty ones left out. Those that are not YAML are
 * reported and left out too; a key written twice is reported, and the last one counts.
 */
export function readDocuments(file: string, text: string, report: Report): SourceDocument[] {
  const source = sourceFile(file, text);
  const documents: SourceDocument[] = [];
  const parsed = parseAllDocuments(text, { ...kubernetesYaml, prettyErrors: false });
  for (const document of "empty" in parsed ? [] : parsed) {
    const spot: Spot = { source, document, path: [] };
    if (reportSyntax(document.errors, source, report) === "unusable") continue;
    if (document.contents === null) continue;
    const odd = collectionKey(source, document);
    if (odd !== undefined) {
      report(odd);
      continue;
    }
    try {
      documents.push({ value: document.toJS(), spot });
    } catch (error) {
      report(strayAlias(source, document) ?? problemAt(spot, "TOPOLOGY_SYNTAX", messageOf(error)));
    }
  }
  return documents;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function at(spot: Spot, ...keys: DocumentPath): Spot {
  return { ...spot, path: [...spot.path, ...keys] };
}

/** Where a value begins; a value that is missing is where its nearest ancestor is. */
export function locationOf(spot: Spot, aim: Aim = {}): SourceLocation {
  return positionOf(spot, aim).location;
}

export function problemAt(
  spot: Spot,
  code: TopologyErrorCode,
  message: string,
  { severity = "error", hint, ...aim }: ProblemOptions = {},
): Problem {
  return { severity, code, message, hint, ...positionOf(spot, aim) };
}

function positionOf(
  spot: Spot,
  { target = "value", offset, length }: Aim,
): Pick<Problem, "location" | "length" | "sourceLine"> {
  const { source, path } = spot;
  const found = find(spot);
  const aimAtKey = target === "key" || found.value?.range == null;
  const node = aimAtKey && found.key !== undefined ? found.key : (found.value ?? found.key);
  const [start, end] = node?.range ?? [0, 1];
  const within = offset === undefined ? undefined : offsetInText(source, node, offset);
  if (within === undefined) return positionAt(source, start, trimmed(source, start, end), path);
  return positionAt(source, within, within + (length ?? 1), path);
}

interface Found {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** The node at the path, or the nearest ancestor that is in the file. */
function find({ document, path }: Spot): Found {
  let found: Found = { key: undefined, value: document.contents ?? undefined };
  for (const key of path) {
    const next = child(found.value, key, document);
    if (next === undefined) break;
    found = next;
  }
  return found;
}

function child(
  parent: Node | undefined,
  key: string | number,
  document: Document,
): Found | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node)) {
    const item = node.items[Number(key)] as Node | undefined;
    return item === undefined ? undefined : { key: undefined, value: item };
  }
  if (!isMap(node)) return undefined;
  // Of a key written twice the last one counts, here as in `toJS`.
  const pair = node.items.findLast((item) => keyText(item) === String(key));
  if (pair !== undefined) return { key: asNode(pair.key), value: asNode(pair.value) };
  const merged = node.items.find((item) => keyText(item) === "<<");
  return merged === undefined ? undefined : child(asNode(merged.value), key, document);
}

function keyText({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function asNode(value: unknown): Node | undefined {
  // A pair of a parsed document holds nodes or null, whatever its type says.
  return value === null ? undefined : (value as Node);
}

/** Where a character of a text stands in the file; undefined when escapes or folding hide it. */
function offsetInText(
  { text }: SourceFile,
  node: Node | undefined,
  offset: number,
): number | undefined {
  if (!isScalar(node) || typeof node.value !== "string" || node.range == null) return undefined;
  const [start, end] = node.range;
  const inside = text.slice(start, end).indexOf(node.value);
  return inside === -1 ? undefined : start + inside + offset;
}
