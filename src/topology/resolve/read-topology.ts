/** A `Topology` document part by part, as it is written. */
import path from "node:path";
import * as z from "zod";
import { type RawHost, rawHost } from "../raw/raw-host.ts";
import { type RawManifestsEntry, rawManifestsEntry, rawStandIn } from "../raw/raw-manifests.ts";
import { rawMatrix } from "../raw/raw-matrix.ts";
import {
  type RawDns,
  type RawNetwork,
  type RawServices,
  rawDns,
  rawNetwork,
  rawServices,
} from "../raw/raw-network.ts";
import { type RawNode, rawNode } from "../raw/raw-node.ts";
import { rawControlPlane, rawMetadata, rawPods } from "../raw/raw-topology.ts";
import { type RawUnderlay, rawUnderlay } from "../raw/raw-underlay.ts";
import { readRaw } from "../raw/read-raw.ts";
import { readEach, type Written } from "../raw/written.ts";
import type { Report } from "../source/problem.ts";
import { at, locationOf, type SourceDocument, type Spot } from "../source/source.ts";
import type { ImageStandIn } from "../topology.ts";
import type { Matrix } from "../variants.ts";
import { readLoadBalancer, type WrittenLoadBalancer } from "./resolve-load-balancer.ts";

export interface MachineNames {
  readonly nodes: readonly string[];
  readonly hosts: readonly string[];
  readonly fabric: readonly string[];
}

/** A part is undefined where any of it is wrong, so that no check guesses; of a list, only what is right is there. */
export interface WrittenTopology {
  readonly name: string;
  readonly nodes: ReadonlyArray<Written<RawNode>>;
  /** The load balancer's host among them. */
  readonly hosts: ReadonlyArray<Written<RawHost>>;
  readonly underlay: Written<RawUnderlay> | undefined;
  readonly network: Written<RawNetwork> | undefined;
  readonly services: Written<RawServices> | undefined;
  /** Empty where it is wrong. */
  readonly matrix: Written<Matrix>;
  readonly dns: Written<RawDns> | undefined;
  readonly controlPlane: Written<z.infer<typeof rawControlPlane>> | undefined;
  readonly pods: Written<z.infer<typeof rawPods>> | undefined;
  readonly balancer: WrittenLoadBalancer | undefined;
  readonly manifests: ReadonlyArray<Written<string | RawManifestsEntry>>;
  readonly images: readonly ImageStandIn[];
  /** Every name in the file, also of machines with a fault elsewhere. */
  readonly names: MachineNames;
  /** Of the whole `spec`. */
  readonly spot: Spot;
}

/** Only the outermost shape: what is inside is read part by part. */
const envelope = z.strictObject({
  apiVersion: z.literal("podwire.dev/v1alpha1"),
  kind: z.literal("Topology"),
  metadata: z.unknown().optional(),
  spec: z.strictObject({
    nodes: z.array(z.unknown()).min(1).describe("the cluster's machines"),
    hosts: z.array(z.unknown()).optional(),
    underlay: z.unknown().optional(),
    network: z.unknown().optional(),
    services: z.unknown().optional(),
    matrix: z.unknown().optional(),
    dns: z.unknown().optional(),
    controlPlane: z.unknown().optional(),
    pods: z.unknown().optional(),
    loadBalancer: z.unknown().optional(),
    manifests: z.array(z.unknown()).optional(),
    images: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** Reports what is wrong with each part, whatever is wrong with the others. */
export function readTopology(document: SourceDocument, report: Report): WrittenTopology {
  readRaw(envelope, document.value, document.spot, report);
  const spot = at(document.spot, "spec");
  // Whatever is wrong with the outermost shape, what is inside is looked at all the same.
  const raw = fieldsOf(fieldsOf(document.value)["spec"]);
  const part = <T extends object>(key: string, schema: z.ZodType<T>): Written<T> | undefined =>
    readPart(schema, raw[key], at(spot, key), report);
  const list = <T>(key: string, schema: z.ZodType<T>): ReadonlyArray<Written<T>> =>
    readEach(schema, raw[key], at(spot, key), report);
  const balancer = readLoadBalancer(raw["loadBalancer"], at(spot, "loadBalancer"), report);
  const balancerHosts = balancer === undefined ? [] : [balancer.host];
  const parts = {
    hosts: [...list("hosts", rawHost), ...balancerHosts],
    nodes: list("nodes", rawNode),
    manifests: list("manifests", rawManifestsEntry),
    images: readImages(raw["images"], at(spot, "images"), report),
    name: readName(document, report),
    underlay: part("underlay", rawUnderlay),
    network: part("network", rawNetwork),
    services: part("services", rawServices),
    matrix: part("matrix", rawMatrix) ?? { raw: {}, spot: at(spot, "matrix") },
    dns: part("dns", rawDns),
    controlPlane: part("controlPlane", rawControlPlane),
    pods: part("pods", rawPods),
  };
  const routers = parts.underlay?.raw.routers?.map(({ name }) => name) ?? ["router"];
  const names = {
    nodes: namesIn(raw["nodes"]),
    hosts: [...namesIn(raw["hosts"]), ...balancerHosts.map((host) => host.raw.name)],
    fabric: ["underlay", ...routers],
  };
  return { ...parts, balancer, names, spot };
}

function readName({ value, spot }: SourceDocument, report: Report): string {
  const { metadata } = fieldsOf(value);
  return readRaw(rawMetadata, metadata, at(spot, "metadata"), report)?.name ?? "";
}

/** A part that may be left out. */
function readPart<T extends object>(
  schema: z.ZodType<T>,
  value: unknown,
  spot: Spot,
  report: Report,
): Written<T> | undefined {
  let sound = true;
  const raw = readRaw(schema, value ?? {}, spot, (problem) => {
    if (problem.code !== "TOPOLOGY_UNKNOWN_FIELD") sound = false;
    report(problem);
  });
  return raw === undefined || !sound ? undefined : { raw, spot };
}

function readImages(value: unknown, spot: Spot, report: Report): readonly ImageStandIn[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([image, written]): readonly ImageStandIn[] => {
    const entry = at(spot, image);
    const raw = readRaw(rawStandIn, written, entry, report);
    if (raw === undefined) return [];
    const env = Object.entries(raw.env ?? {}).map(([name, text]) => ({ name, value: text }));
    const location = locationOf(entry);
    const { command, rootfs } = raw;
    const folder = rootfs && path.resolve(path.dirname(location.file), rootfs);
    const root = folder === undefined ? undefined : ({ type: "folder", folder } as const);
    return [{ image, location, command, env, root }];
  });
}

function namesIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const { name } = fieldsOf(entry) as { readonly name?: unknown };
    return typeof name === "string" ? [name] : [];
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
