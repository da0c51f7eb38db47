/** Reads files and tells their documents apart. */
import path from "node:path";
import { nearest } from "../../base/nearest.ts";
import { describeFileError, displayName, expandPath, type TopologyFiles } from "./files.ts";
import type { Problem, Report } from "./problem.ts";
import { at, problemAt, readDocuments, type SourceDocument, type Spot } from "./source.ts";

export interface SortedDocuments {
  readonly topologies: readonly SourceDocument[];
  readonly scenarios: readonly SourceDocument[];
  /** Everything else: Kubernetes objects, and KubeProxyConfiguration. */
  readonly manifests: readonly SourceDocument[];
}

const apiVersion = "podwire.dev/v1alpha1";
const ownKinds = ["Topology", "Scenario"] as const;

function readFileDocuments(
  file: string,
  files: TopologyFiles,
  report: Report,
  named: Spot | undefined,
): readonly SourceDocument[] {
  try {
    return readDocuments(displayName(file), files.readFile(file), report);
  } catch (error) {
    reportUnreadable(file, error, { files, report, named });
    return [];
  }
}

/**
 * The documents of a file, or of every manifest in a folder.
 *
 * @param named where the path is named, when not on the command line.
 */
export function readPathDocuments(
  file: string,
  files: TopologyFiles,
  report: Report,
  named?: Spot,
): readonly SourceDocument[] {
  const expanded = expandPath(file, files);
  if (expanded.length === 0) {
    const message = "has no .yaml, .yml or .json file";
    report(
      named === undefined
        ? problemWith(file, message)
        : problemAt(named, "TOPOLOGY_FILE", `${displayName(file)}: ${message}`),
    );
  }
  return expanded.flatMap((each) => readFileDocuments(each, files, report, named));
}

export function sortDocuments(
  documents: readonly SourceDocument[],
  report: Report,
): SortedDocuments {
  const topologies: SourceDocument[] = [];
  const scenarios: SourceDocument[] = [];
  const manifests: SourceDocument[] = [];
  for (const document of documents) {
    const { version, kind } = headOf(document);
    // A slip in either of the two does not make it somebody else's document.
    const near = nearest(version, [apiVersion]);
    const nearKind = version === "" ? nearest(kind, ownKinds) : undefined;
    const isNear = near !== undefined || nearKind !== undefined;
    const isOwn = version.startsWith("podwire.") || isNear || isOwnKind(kind);
    if (!isOwn) manifests.push(document);
    else if (kind === "Topology") topologies.push(document);
    else if (kind === "Scenario") scenarios.push(document);
    else reportKind(kind, document, report);
  }
  return { topologies, scenarios, manifests };
}

function isOwnKind(kind: string): boolean {
  return ownKinds.some((own) => own === kind);
}

function headOf({ value }: SourceDocument): { readonly version: string; readonly kind: string } {
  const field = (key: string): string => {
    const text: unknown =
      typeof value === "object" && value !== null ? Reflect.get(value, key) : "";
    return typeof text === "string" ? text : "";
  };
  return { version: field("apiVersion"), kind: field("kind") };
}

function reportKind(kind: string, { spot }: SourceDocument, report: Report): void {
  const near = nearest(kind, ownKinds);
  const hint = near === undefined ? "write Topology or Scenario" : `did you mean \`${near}\`?`;
  const message =
    kind === "" ? "document: missing field `kind`" : `kind ${kind}: podwire has no such kind`;
  report(problemAt(at(spot, "kind"), "TOPOLOGY_DOCUMENTS", message, { hint }));
}

interface Unreadable {
  readonly files: TopologyFiles;
  readonly report: Report;
  readonly named: Spot | undefined;
}

function reportUnreadable(
  file: string,
  error: unknown,
  { files, report, named }: Unreadable,
): void {
  const message = describeFileError(error);
  const { dir, base } = path.parse(file);
  const near = nearest(base, files.readFolder(dir === "" ? "." : dir) ?? []);
  const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
  if (named !== undefined) {
    report(problemAt(named, "TOPOLOGY_FILE", `${displayName(file)}: ${message}`, { hint }));
    return;
  }
  report(problemWith(file, message, hint));
}

/** About a file as a whole, which has no lines to point at. */
function problemWith(file: string, message: string, hint?: string): Problem {
  const location = { file: displayName(file), line: 1, column: 1, path: "" };
  const nothing = { length: 1, sourceLine: undefined, hint };
  return { severity: "error", code: "TOPOLOGY_FILE", message, location, ...nothing };
}
