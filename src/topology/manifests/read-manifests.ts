/** Kubernetes documents: lists flattened, namespaces filled in, kinds told apart. */
import { type AnyObject, isKind, type Kind, kinds } from "../../api/objects/kinds.ts";
import { nearest } from "../../base/nearest.ts";
import { type RawProxy, rawProxyDocument } from "../raw/raw-proxy.ts";
import { readRaw } from "../raw/read-raw.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type SourceDocument, type Spot } from "../source/source.ts";
import { admit } from "./admit.ts";

/** An object as the API server would store it, and where it is written. */
export interface ReadManifest {
  readonly object: AnyObject;
  readonly spot: Spot;
  /** As written, unchecked. */
  readonly status: unknown;
}

/** An object with a fault of its own, so that references to it are no fault. */
export interface BrokenManifest {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

export interface ReadManifests {
  readonly manifests: readonly ReadManifest[];
  readonly broken: readonly BrokenManifest[];
  /** KubeProxyConfiguration documents. */
  readonly proxies: ReadonlyArray<{ readonly raw: RawProxy; readonly spot: Spot }>;
}

interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly spot: Spot;
}

/** In the groups that podwire knows, a kind that is none of these is a slip of the pen. */
const otherKinds: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "v1",
    [
      "Binding",
      "ComponentStatus",
      "LimitRange",
      "PersistentVolume",
      "PersistentVolumeClaim",
      "PodTemplate",
      "ReplicationController",
      "ResourceQuota",
    ],
  ],
  ["apps/v1", []],
  ["discovery.k8s.io/v1", []],
]);

/**
 * The objects of one document, which may be a list of them.
 *
 * @param namespace for objects that name none, as `kubectl apply -n`.
 */
export function readManifestDocument(
  document: SourceDocument,
  namespace: string | undefined,
  report: Report,
): ReadManifests {
  const manifests: ReadManifest[] = [];
  const broken: BrokenManifest[] = [];
  const proxies: Array<ReadManifests["proxies"][number]> = [];
  for (const each of flatten(document, report)) {
    const { spot } = each;
    if (each.kind === "KubeProxyConfiguration") {
      const raw = readRaw(rawProxyDocument, each.body, spot, report);
      if (raw !== undefined) proxies.push({ raw, spot });
      continue;
    }
    const object = readObject(each, namespace, report);
    const lost = object === undefined ? keyOfBroken(each, namespace) : undefined;
    if (object !== undefined)
      manifests.push({ object, spot, status: Reflect.get(each.body, "status") });
    if (lost !== undefined) broken.push(lost);
  }
  return { manifests, proxies, broken };
}

function readObject(
  document: Document,
  namespace: string | undefined,
  report: Report,
): AnyObject | undefined {
  if (!isModelled(document, report)) return undefined;
  checkNamespace(document, namespace, report);
  return admit(document.body, document.spot, namespace, report);
}

/** `List`, and `PodList` and its like, by their items. */
function flatten({ value, spot }: SourceDocument, report: Report): readonly Document[] {
  if (!isRecord(value)) {
    const hint = "write a Kubernetes object, a Topology or a Scenario";
    report(problemAt(spot, "TOPOLOGY_WRONG_TYPE", "document must be a mapping", { hint }));
    return [];
  }
  const { apiVersion, kind, items } = value as Readonly<
    Record<"apiVersion" | "kind" | "items", unknown>
  >;
  for (const [key, field] of Object.entries({ apiVersion, kind })) {
    if (typeof field === "string") continue;
    const message =
      field === undefined ? `document: missing field \`${key}\`` : `${key} must be text`;
    const code = field === undefined ? "TOPOLOGY_MISSING_FIELD" : "TOPOLOGY_WRONG_TYPE";
    report(
      problemAt(at(spot, key), code, message, { hint: `write \`${key}\`, as every object has it` }),
    );
  }
  if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
  if (!Array.isArray(items) || !kind.endsWith("List")) {
    return [{ apiVersion, kind, body: value, spot }];
  }
  // The items of a typed list need not say again what they are.
  const implied = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item: unknown, index) => {
    const whole = isRecord(item) ? { ...implied, ...item } : item;
    return flatten({ value: whole, spot: at(spot, "items", index) }, report);
  });
}

function isModelled({ apiVersion, kind, spot }: Document, report: Report): boolean {
  const kindSpot = at(spot, "kind");
  if (isKind(kind)) {
    const known = kinds[kind].apiVersion;
    if (known === apiVersion) return true;
    const message = `apiVersion ${apiVersion}: has no kind ${kind}`;
    const hint = `write apiVersion: ${known}`;
    report(problemAt(at(spot, "apiVersion"), "TOPOLOGY_BAD_MANIFEST", message, { hint }));
    return false;
  }
  const siblings = otherKinds.get(apiVersion);
  const near = nearest(kind, Object.keys(kinds));
  if (siblings !== undefined && !siblings.includes(kind)) {
    const message = `kind ${kind}: ${apiVersion} has no such kind`;
    const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
    report(problemAt(kindSpot, "TOPOLOGY_BAD_MANIFEST", message, { hint }));
    return false;
  }
  const message = `${kind} (${apiVersion}) is left out: podwire does not model this kind`;
  report(problemAt(kindSpot, "TOPOLOGY_SKIPPED_KIND", message, { severity: "skipped" }));
  return false;
}

/** As kubectl refuses it: two namespaces, one of which nobody means. */
function checkNamespace(
  { kind, body, spot }: Document,
  namespace: string | undefined,
  report: Report,
): void {
  const own = metadataField(body, "namespace");
  if (namespace === undefined || own === undefined || own === namespace) return;
  if (!isKind(kind) || !kinds[kind].namespaced) return;
  const message = `namespace ${own}: does not match the namespace ${namespace} that its \`manifests\` entry names`;
  const hint = "name it in one place only";
  const place = at(spot, "metadata", "namespace");
  report(problemAt(place, "TOPOLOGY_BAD_MANIFEST", message, { hint }));
}

/** What an object that was refused would have been called: others may speak of it all the same. */
function keyOfBroken(
  { kind, body }: Document,
  namespace: string = "default",
): BrokenManifest | undefined {
  const name = metadataField(body, "name");
  const meant = isKind(kind) ? kind : nearest(kind, Object.keys(kinds));
  if (meant === undefined || !isKind(meant) || name === undefined) return undefined;
  return { kind: meant, name, namespace: metadataField(body, "namespace") ?? namespace };
}

function metadataField(body: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const { metadata } = body as { readonly metadata?: unknown };
  const field = isRecord(metadata) ? metadata[key] : undefined;
  return typeof field === "string" ? field : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
