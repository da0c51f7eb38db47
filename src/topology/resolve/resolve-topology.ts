/** A `Topology` document, from what is written to what is built. */
import path from "node:path";
import * as z from "zod";
import { checkAddresses } from "../check/check-addresses.ts";
import { checkCidrs } from "../check/check-cidrs.ts";
import { checkNames } from "../check/check-names.ts";
import { type NetworkVariant, variantPlugin } from "../raw/network-variant.ts";
import { rawHost } from "../raw/raw-host.ts";
import { type RawManifestsEntry, rawManifestsEntry, rawStandIn } from "../raw/raw-manifests.ts";
import { type RawNetwork, rawDns, rawNetwork, rawServices } from "../raw/raw-network.ts";
import { type RawNode, rawNode } from "../raw/raw-node.ts";
import type { RawProxy } from "../raw/raw-proxy.ts";
import { rawControlPlane, rawMetadata, rawPods } from "../raw/raw-topology.ts";
import { rawUnderlay } from "../raw/raw-underlay.ts";
import { readRaw } from "../raw/read-raw.ts";
import { parseDurationMs } from "../scalars.ts";
import type { Report } from "../source/problem.ts";
import { at, locationOf, problemAt, type SourceDocument, type Spot } from "../source/source.ts";
import type { ImageStandIn, PodNetwork, Topology, Underlay } from "../topology.ts";
import { resolveFamilies } from "./resolve-families.ts";
import { readLoadBalancer, resolveLoadBalancer } from "./resolve-load-balancer.ts";
import { resolveHosts, resolveNodes } from "./resolve-machines.ts";
import { resolveNetwork, sharePodCIDR } from "./resolve-network.ts";
import { overrideProxy, resolveProxy } from "./resolve-proxy.ts";
import { resolveDns, resolveServices } from "./resolve-services.ts";
import { resolveUnderlay } from "./resolve-underlay.ts";
import { readEach, type Written } from "./written.ts";

export interface ResolvedTopology {
  /** Undefined when too much of it is wrong to say what was meant. */
  readonly topology: Topology | undefined;
  readonly manifests: ReadonlyArray<Written<string | RawManifestsEntry>>;
  /** By node, what it says about its kube-proxy. */
  readonly nodeProxies: ReadonlyMap<string, Written<RawProxy>>;
  /** `services.proxy` as written; undefined when it is not there, or wrong. */
  readonly proxy: Written<RawProxy> | undefined;
  /** Every name in the file, also of machines with a fault elsewhere. */
  readonly names: MachineNames;
  /** Of the whole `spec`. */
  readonly spot: Spot;
}

export interface MachineNames {
  readonly nodes: readonly string[];
  readonly hosts: readonly string[];
  readonly fabric: readonly string[];
}

function proxyIn({
  raw: { proxy },
  spot,
}: Written<{ readonly proxy?: RawProxy | undefined }>): Written<RawProxy> | undefined {
  return proxy && { raw: proxy, spot: at(spot, "proxy") };
}

function withVariant(
  network: Written<RawNetwork> | undefined,
  variant: NetworkVariant | undefined,
): Written<RawNetwork> | undefined {
  if (network === undefined || variant === undefined) return network;
  return { ...network, raw: { ...network.raw, plugin: variantPlugin(variant) } };
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
    dns: z.unknown().optional(),
    controlPlane: z.unknown().optional(),
    pods: z.unknown().optional(),
    loadBalancer: z.unknown().optional(),
    manifests: z.array(z.unknown()).optional(),
    images: z.record(z.string(), z.unknown()).optional(),
  }),
});

export interface ResolveOptions {
  /** In place of the pod network that the file says. */
  readonly network?: NetworkVariant | undefined;
}

export function resolveTopology(
  document: SourceDocument,
  report: Report,
  { network: variant }: ResolveOptions = {},
): ResolvedTopology {
  readRaw(envelope, document.value, document.spot, report);
  const spec = at(document.spot, "spec");
  // Whatever is wrong with the outermost shape, what is inside is looked at all the same.
  const raw = fieldsOf(fieldsOf(document.value)["spec"]);
  const balancer = readLoadBalancer(raw["loadBalancer"], at(spec, "loadBalancer"), report);
  const hosts = [
    ...readEach(rawHost, raw["hosts"], at(spec, "hosts"), report),
    ...(balancer === undefined ? [] : [balancer.host]),
  ];
  const nodes = readEach(rawNode, raw["nodes"], at(spec, "nodes"), report);
  const manifests = readEach(rawManifestsEntry, raw["manifests"], at(spec, "manifests"), report);
  const images = resolveImages(raw["images"], at(spec, "images"), report);
  const metadata = readRaw(
    rawMetadata,
    fieldsOf(document.value)["metadata"],
    at(document.spot, "metadata"),
    report,
  );
  const underlay = readPart(rawUnderlay, raw["underlay"], at(spec, "underlay"), report);
  const network = withVariant(
    readPart(rawNetwork, raw["network"], at(spec, "network"), report),
    variant,
  );
  const services = readPart(rawServices, raw["services"], at(spec, "services"), report);
  const dns = readPart(rawDns, raw["dns"], at(spec, "dns"), report);
  const controlPlane = readPart(
    rawControlPlane,
    raw["controlPlane"],
    at(spec, "controlPlane"),
    report,
  );
  const pods = readPart(rawPods, raw["pods"], at(spec, "pods"), report);
  const names: MachineNames = {
    nodes: namesIn(raw["nodes"]),
    hosts: [...namesIn(raw["hosts"]), ...(balancer === undefined ? [] : [balancer.host.raw.name])],
    fabric: ["underlay", ...(underlay?.raw.routers?.map(({ name }) => name) ?? ["router"])],
  };
  const nodeProxies = new Map(
    nodes.flatMap((node) => {
      const own = proxyIn(node);
      return own === undefined ? [] : [[node.raw.name, own] as const];
    }),
  );
  const result = {
    ...{ manifests, names, nodeProxies, spot: spec },
    proxy: services && proxyIn(services),
  };
  // Whatever else is wrong, two of one name are.
  if (underlay !== undefined) checkNames({ nodes, hosts, underlay }, report);
  if (network === undefined || services === undefined || dns === undefined) {
    return { ...result, topology: undefined };
  }
  const families = resolveFamilies(network, services, report);
  const podNetwork = resolveNetwork(network, { nodeNames: names.nodes, families }, report);
  const { podCIDRs } = podNetwork;
  const { proxy = {} } = services.raw;
  const serviceNetwork = resolveServices(services, { families, proxy, podCIDRs }, report);
  const clusterDns = resolveDns(dns.raw, serviceNetwork);
  if (underlay === undefined) return { ...result, topology: undefined };
  const fabric = resolveUnderlay(underlay, hosts, families, report);
  const surroundings = { underlay: fabric, families };
  const placedHosts = resolveHosts(hosts, surroundings, report);
  const plainHosts = placedHosts.map(({ host }) => host);
  const placedNodes = resolveNodes(nodes, plainHosts, surroundings, report);
  const shared = sharePodCIDR(placedNodes, podNetwork, network, report);
  checkTor(podNetwork, fabric, at(network.spot, "plugin", "bgp"), report);
  const parts = { underlay, hosts, network, services, dns };
  checkAddresses({ placedNodes, placedHosts, fabric, underlay }, report);
  checkCidrs({ ...parts, fabric, podNetwork, serviceNetwork, clusterDns }, report);
  const topology: Topology = {
    name: metadata?.name ?? "",
    location: locationOf(document.spot),
    nodes: shared.map((node) => {
      const own = overrideProxy(proxy, nodeProxies.get(node.name)?.raw);
      return { ...node, proxy: resolveProxy(own, podCIDRs) };
    }),
    hosts: plainHosts,
    underlay: fabric,
    network: podNetwork,
    services: serviceNetwork,
    dns: clusterDns,
    controlPlane: { store: controlPlane?.raw.store ?? "memory" },
    pods: {
      readyWithinMs: parseDurationMs(pods?.raw.readyWithin ?? "") ?? 60_000,
      probeTimeScale: pods?.raw.probeTimeScale ?? 1,
    },
    loadBalancer: balancer && resolveLoadBalancer(balancer, plainHosts, serviceNetwork),
    images,
  };
  checkSchedulable(nodes, topology, at(spec, "nodes"), report);
  return { ...result, topology };
}

/** A part that may be left out; undefined when any of it is wrong, so that no check guesses. */
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

function resolveImages(value: unknown, spot: Spot, report: Report): readonly ImageStandIn[] {
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

/** Nodes that speak BGP with the router of their subnet need one that speaks it too. */
function checkTor({ plugin }: PodNetwork, underlay: Underlay, spot: Spot, report: Report): void {
  const speaks = underlay.routers.some(({ asNumber }) => asNumber !== undefined);
  if (plugin.type !== "calico" || plugin.bgp !== "tor" || speaks) return;
  const hint = "add underlay.routers with an asNumber";
  report(problemAt(spot, "TOPOLOGY_MISSING_FIELD", "bgp tor: no router speaks BGP", { hint }));
}

/** Ordinary pods need a node that takes them. */
function checkSchedulable(
  nodes: ReadonlyArray<Written<RawNode>>,
  topology: Topology,
  spot: Spot,
  report: Report,
): void {
  const complete = topology.nodes.length === nodes.length && nodes.length > 0;
  const refuses = topology.nodes.every(({ taints }) =>
    taints.some(({ effect }) => effect !== "PreferNoSchedule"),
  );
  if (!complete || !refuses) return;
  report(
    problemAt(spot, "TOPOLOGY_SUSPECT", "every node is tainted: ordinary pods stay pending", {
      severity: "warning",
      target: "key",
      hint: "add a worker, or write roles: [control-plane, worker]",
    }),
  );
}
