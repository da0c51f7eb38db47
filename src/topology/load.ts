/**
 * From files to a topology, its scenarios and its manifests. All mistakes of all
 * files are collected, before anything is built.
 */
import type { AnyObject } from "../api/objects/kinds.ts";
import type { SourceLocation } from "../base/podwire-error.ts";
import { cidr } from "../net/cidr.ts";
import { checkImages } from "./check/check-images.ts";
import { checkManifests, checkManifestsAlone } from "./check/check-manifests.ts";
import { loadScenarios, type ScenarioOptions } from "./load-scenarios.ts";
import { impliedNamespaces } from "./manifests/implied-namespaces.ts";
import { ManifestReader } from "./manifests/manifest-reader.ts";
import type { ReadManifest } from "./manifests/read-manifests.ts";
import type { ProxyOptions } from "./proxy-options.ts";
import { type ChooseProxyOptions, chooseProxy, withProxy } from "./resolve/choose-proxy.ts";
import { defaultPodCIDRs } from "./resolve/resolve-network.ts";
import { resolveProxy } from "./resolve/resolve-proxy.ts";
import {
  type ResolvedTopology,
  type ResolveOptions,
  resolveTopology,
} from "./resolve/resolve-topology.ts";
import type { Scenario } from "./scenario/scenario.ts";
import { readPathDocuments, sortDocuments } from "./source/documents.ts";
import { displayName, nodeFiles, type TopologyFiles } from "./source/files.ts";
import {
  comparePositions,
  InvalidTopologyError,
  type Problem,
  type Report,
} from "./source/problem.ts";
import { at, locationOf, problemAt, type SourceDocument, type Spot } from "./source/source.ts";
import type { Topology } from "./topology.ts";
import type { Matrix } from "./variants.ts";

export interface LoadOptions
  extends Partial<TopologyFiles>,
    ScenarioOptions,
    ChooseProxyOptions,
    ResolveOptions {
  /** `optional` for commands that read manifests alone. @default "required" */
  readonly topology?: "required" | "optional";
}

/** A Kubernetes object as the API server would store it, and where it is written. */
interface Manifest {
  readonly object: AnyObject;
  readonly location: SourceLocation;
  /** As it was written, unchecked: an author cannot set it, an object that was read from a server has it. */
  readonly status: unknown;
}

export interface Loaded {
  /** Undefined when the files have none, or too much of it is wrong: then there are errors. */
  readonly topology: Topology | undefined;
  /** What the topology wants to be run with; of each list, what is loaded has the first unless the options say otherwise. */
  readonly matrix: Matrix;
  /** kube-proxy's options: the topology's, or those of a KubeProxyConfiguration document. */
  readonly proxy: ProxyOptions;
  readonly scenarios: readonly Scenario[];
  /** In the order of the files, after the namespaces that they use without defining them. */
  readonly manifests: readonly Manifest[];
  /** The manifests without their positions. */
  readonly objects: readonly AnyObject[];
  /** Errors, warnings and skipped kinds, by position. */
  readonly problems: readonly Problem[];
}

/** What {@link loadTopology} answers when nothing is wrong. */
export interface LoadedLab extends Loaded {
  readonly topology: Topology;
  /** Warnings and skipped kinds. */
  readonly problems: readonly Problem[];
}

/** @throws InvalidTopologyError with every error, when there is one. */
export function loadLab(files: readonly string[], options: LoadOptions = {}): LoadedLab {
  const loaded = loadTopology(files, { ...options, topology: "required" });
  const { topology, problems } = loaded;
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0 || topology === undefined) throw new InvalidTopologyError(errors);
  return { ...loaded, topology };
}

/** Never throws: whatever is wrong is among the problems. */
export function loadTopology(files: readonly string[], options: LoadOptions = {}): Loaded {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const disk: TopologyFiles = {
    readFile: options.readFile ?? nodeFiles.readFile,
    readFolder: options.readFolder ?? nodeFiles.readFolder,
  };
  const documents = files.flatMap((file) => readPathDocuments(file, disk, report));
  const sorted = sortDocuments(documents, report);
  const reader = new ManifestReader(disk, report);
  for (const document of sorted.manifests) reader.readDocument(document, undefined);
  const [document, ...others] = sorted.topologies;
  reportOthers(document, others, report);
  if (document === undefined && options.topology !== "optional") reportNone(files, problems);
  const resolved = document && resolveTopology(document, report, options);
  for (const { raw, spot } of resolved?.manifests ?? []) reader.readEntry(raw, spot);
  const matrix = matrixOf(resolved);
  const choice = firstMode(options, matrix);
  const proxy = chooseProxy({ reader, resolved, report }, choice);
  const topology = resolved && withProxy(resolved, proxy, choice);
  const scenarios = loadScenarios(sorted.scenarios, { reader, resolved, options, problems });
  checkObjects(reader, { topology, spec: resolved?.spot, report });
  const hasNothing = reader.manifests.length === 0 && problems.length === 0;
  if (resolved === undefined && hasNothing) report(nothingIn(files));
  const own = resolved === undefined ? reader.manifests : withoutNodes(reader.manifests, report);
  const written = [...impliedNamespaces(own), ...own];
  return {
    topology,
    matrix,
    proxy:
      topology?.services.proxy ??
      resolveProxy(proxy ?? {}, Object.values(defaultPodCIDRs).map(cidr)),
    scenarios,
    manifests: written.map(({ object, spot, status }) => ({
      object,
      location: locationOf(spot),
      status,
    })),
    objects: written.map(({ object }) => object),
    problems: sortProblems(problems, files),
  };
}

function matrixOf(resolved: ResolvedTopology | undefined): Matrix {
  return resolved?.matrix ?? {};
}

/** Of several modes the first, unless the options say otherwise. */
function firstMode(
  { proxyConfig, proxyMode }: ChooseProxyOptions,
  matrix: Matrix,
): ChooseProxyOptions {
  // A configuration that is named stands in place of whatever the files say.
  const first = proxyConfig === undefined ? matrix.proxyMode?.[0] : undefined;
  return { proxyConfig, proxyMode: proxyMode ?? first };
}

/** A cluster's nodes are those of its topology. */
function withoutNodes(manifests: readonly ReadManifest[], report: Report): readonly ReadManifest[] {
  return manifests.filter(({ object, spot }) => {
    if (object.kind !== "Node") return true;
    const message = `Node ${object.metadata.name} is left out: the topology says what nodes there are`;
    const severity = "skipped";
    report(problemAt(at(spot, "kind"), "TOPOLOGY_SKIPPED_KIND", message, { severity }));
    return false;
  });
}

function reportOthers(
  first: SourceDocument | undefined,
  others: readonly SourceDocument[],
  report: Report,
): void {
  if (first === undefined) return;
  const { file, line } = locationOf(first.spot);
  for (const { spot } of others) {
    const message = `a second Topology: the first is at ${file}:${line}`;
    const hint = "keep one, and name it together with files of scenarios";
    report(problemAt(at(spot, "kind"), "TOPOLOGY_DOCUMENTS", message, { hint }));
  }
}

function checkObjects(
  { manifests, files }: ManifestReader,
  {
    topology,
    spec,
    report,
  }: {
    readonly topology: Topology | undefined;
    readonly spec: Spot | undefined;
    readonly report: Report;
  },
): void {
  if (spec === undefined) {
    checkManifestsAlone(manifests, report);
    return;
  }
  checkManifests(manifests, topology, spec, report);
  checkImages({ images: topology?.images ?? [], manifests, files }, at(spec, "images"), report);
}

/** What was to be piped in failed, more often than somebody wants the rules of an empty cluster. */
function nothingIn(files: readonly string[]): Problem {
  return {
    severity: "warning",
    code: "TOPOLOGY_SUSPECT",
    message: "no object in the files given",
    location: { file: displayName(files[0] ?? ""), line: 1, column: 1, path: "" },
    length: 1,
    sourceLine: undefined,
    hint: "name files with Services",
  };
}

function reportNone(files: readonly string[], problems: Problem[]): void {
  // It was there, had its document been read or understood.
  const causes = ["TOPOLOGY_DOCUMENTS", "TOPOLOGY_FILE", "TOPOLOGY_SYNTAX", "TOPOLOGY_WRONG_TYPE"];
  if (problems.some(({ code }) => causes.includes(code))) return;
  problems.push({
    severity: "error",
    code: "TOPOLOGY_DOCUMENTS",
    message: "no Topology in the files given",
    location: { file: displayName(files[0] ?? ""), line: 1, column: 1, path: "" },
    length: 1,
    sourceLine: undefined,
    hint: "name its file too, or add a document `{apiVersion: podwire.dev/v1alpha1, kind: Topology, metadata: {name: lab}, spec: {nodes: [{name: node01}]}}`",
  });
}

/** By position, each said once: an object that is reached twice complains twice. */
export function sortProblems(
  problems: readonly Problem[],
  files: readonly string[],
): readonly Problem[] {
  const seen = new Map(
    problems.map((problem) => {
      const { file, line, column } = problem.location;
      return [`${file}:${line}:${column} ${problem.message}`, problem];
    }),
  );
  return [...seen.values()].sort(comparePositions(files));
}
