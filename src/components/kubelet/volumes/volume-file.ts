/** Files of a volume, from one ConfigMap, Secret, token or the pod itself. */
import type { ConfigMap, Secret } from "../../../api/objects/cluster.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type { DownwardFile, NamedSource, TokenProjection } from "../../../api/objects/volume.ts";
import { type PodPlace, resolveFieldRef } from "../environment/field-ref.ts";
import { VolumeSetupError, type VolumeSources } from "./volume-sources.ts";

export interface VolumeFile {
  /** Below the volume, without a slash at its beginning. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
}

type Payload = Readonly<Record<string, Uint8Array>>;

/** @throws VolumeSetupError when the ConfigMap, or a key of it, is missing and not optional. */
export function configMapFiles(
  source: NamedSource,
  defaultMode: number,
  { configMap }: Pick<VolumeSources, "configMap">,
): readonly VolumeFile[] {
  const { name = "", optional = false } = source;
  const object = configMap(name);
  if (object === undefined && !optional) {
    throw new VolumeSetupError(`configmap "${name}" not found`);
  }
  return pickFiles(object === undefined ? {} : configMapPayload(object), source, {
    defaultMode,
    what: "config",
  });
}

/** @throws VolumeSetupError when the Secret, or a key of it, is missing and not optional. */
export function secretFiles(
  source: NamedSource,
  defaultMode: number,
  { secret }: Pick<VolumeSources, "secret">,
): readonly VolumeFile[] {
  const { name = "", optional = false } = source;
  const object = secret(name);
  if (object === undefined && !optional) throw new VolumeSetupError(`secret "${name}" not found`);
  const payload = object === undefined ? {} : secretPayload(object);
  return pickFiles(payload, source, { defaultMode, what: "secret" });
}

/** `resourceFieldRef` files are left out: nothing here limits or counts resources. */
export function downwardFiles(
  items: readonly DownwardFile[],
  defaultMode: number,
  { pod, place }: Pick<VolumeSources, "pod" | "place">,
): readonly VolumeFile[] {
  return items.flatMap(({ path, fieldRef, mode = defaultMode }) => {
    if (fieldRef === undefined) return [];
    const text = downwardText(pod, place, fieldRef.fieldPath);
    if (text !== undefined) return [{ path, data: Buffer.from(text), mode }];
    throw new VolumeSetupError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
  });
}

/** @throws VolumeSetupError where nobody gives tokens out. */
export function tokenFiles(
  { path, ...wanted }: TokenProjection,
  defaultMode: number,
  { pod, token }: Pick<VolumeSources, "pod" | "token">,
): readonly VolumeFile[] {
  const text = token(wanted);
  if (text !== undefined) return [{ path, data: Buffer.from(text), mode: defaultMode }];
  const { namespace = "", name } = pod.metadata;
  throw new VolumeSetupError(
    `failed to fetch token: no API server gives a token to ${namespace}/${name}`,
  );
}

function configMapPayload({ data = {}, binaryData = {} }: ConfigMap): Payload {
  return { ...mapValues(data, "utf8"), ...mapValues(binaryData, "base64") };
}

function secretPayload({ data = {} }: Secret): Payload {
  return mapValues(data, "base64");
}

function mapValues(values: Readonly<Record<string, string>>, encoding: BufferEncoding): Payload {
  return Object.fromEntries(
    Object.entries(values).map(([key, text]) => [key, Buffer.from(text, encoding)]),
  );
}

interface Picking {
  readonly defaultMode: number;
  /** As the message about a missing key has it. */
  readonly what: "config" | "secret";
}

/** With `items` those, under the paths they give; without, every key under its own name. */
function pickFiles(
  payload: Payload,
  { items, optional = false }: NamedSource,
  { defaultMode, what }: Picking,
): readonly VolumeFile[] {
  if (items === undefined || items.length === 0) {
    return Object.entries(payload).map(([path, data]) => ({ path, data, mode: defaultMode }));
  }
  return items.flatMap(({ key, path, mode = defaultMode }) => {
    const data = payload[key];
    if (data !== undefined) return [{ path, data, mode }];
    if (optional) return [];
    throw new VolumeSetupError(`references non-existent ${what} key: ${key}`);
  });
}

/** As an environment variable has it, and in files also all labels or annotations, a line each. */
function downwardText(pod: Pod, place: PodPlace, fieldPath: string): string | undefined {
  const { labels, annotations } = pod.metadata;
  if (fieldPath === "metadata.labels") return formatMap(labels ?? {});
  if (fieldPath === "metadata.annotations") return formatMap(annotations ?? {});
  return resolveFieldRef(pod, place, fieldPath);
}

/** `app="web"`: sorted, the values quoted as Go quotes them, without a newline at the end. */
function formatMap(values: Readonly<Record<string, string>>): string {
  return Object.keys(values)
    .sort()
    .map((key) => `${key}=${JSON.stringify(values[key])}`)
    .join("\n");
}
