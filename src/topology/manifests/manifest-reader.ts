import path from "node:path";
import type { RawManifestsEntry } from "../raw/raw-manifests.ts";
import type { RawProxy } from "../raw/raw-proxy.ts";
import { readPathDocuments } from "../source/documents.ts";
import type { TopologyFiles } from "../source/files.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type SourceDocument, type Spot } from "../source/source.ts";
import { type BrokenManifest, type ReadManifest, readManifestDocument } from "./read-manifests.ts";

interface WrittenProxy {
  readonly raw: RawProxy;
  readonly spot: Spot;
}

/** Gathers manifests from documents, files and folders, in the order in which it is told of them. */
export class ManifestReader {
  readonly files: TopologyFiles;
  readonly manifests: ReadManifest[] = [];
  readonly broken: BrokenManifest[] = [];
  readonly proxies: WrittenProxy[] = [];
  readonly #report: Report;

  constructor(files: TopologyFiles, report: Report) {
    this.files = files;
    this.#report = report;
  }

  /** The KubeProxyConfiguration that counts: the first. */
  get proxy(): WrittenProxy | undefined {
    return this.proxies[0];
  }

  /** Answers what it added. */
  readDocument(document: SourceDocument, namespace: string | undefined): readonly ReadManifest[] {
    const read = readManifestDocument(document, namespace, this.#report);
    this.manifests.push(...read.manifests);
    this.broken.push(...read.broken);
    this.proxies.push(...read.proxies);
    return read.manifests;
  }

  /** An entry of `manifests`: paths are relative to the file that holds it, unless absolute. */
  readEntry(entry: string | RawManifestsEntry, spot: Spot): readonly ReadManifest[] {
    const raw = typeof entry === "string" ? { path: entry } : entry;
    const named = typeof entry === "string" ? spot : at(spot, "path");
    const folder = path.isAbsolute(raw.path) ? "" : path.dirname(spot.source.file);
    const file = path.join(folder, raw.path);
    return readPathDocuments(file, this.files, this.#report, named).flatMap((document) => {
      if (!isOwn(document)) return this.readDocument(document, raw.namespace);
      const message = `a document of podwire's own in ${document.spot.source.file}`;
      const hint = "keep Topology and Scenario out of folders of manifests";
      this.#report(problemAt(named, "TOPOLOGY_DOCUMENTS", message, { hint }));
      return [];
    });
  }

  /** What an `apply` step names: an entry as in `manifests`, an object, or a list of such. */
  readApply(raw: unknown, spot: Spot): readonly ReadManifest[] {
    if (Array.isArray(raw)) {
      return raw.flatMap((each: unknown, index) => this.readApply(each, at(spot, index)));
    }
    if (typeof raw === "string") return this.readEntry(raw, spot);
    return isEntry(raw)
      ? this.readEntry(raw, spot)
      : this.readDocument({ value: raw, spot }, undefined);
  }
}

function isEntry(raw: unknown): raw is RawManifestsEntry {
  // Objects have `kind`; the schema has seen to the type of `path`.
  return typeof raw === "object" && raw !== null && "path" in raw && !("kind" in raw);
}

function isOwn({ value }: SourceDocument): boolean {
  const version: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, "apiVersion") : undefined;
  return typeof version === "string" && version.startsWith("podwire.dev/");
}
