/** A `Topology` document, from what is written to what is built. */
import { checkAddresses } from "../check/check-addresses.ts";
import { checkCidrs } from "../check/check-cidrs.ts";
import { checkMatrix } from "../check/check-matrix.ts";
import { checkNames } from "../check/check-names.ts";
import { checkSchedulable } from "../check/check-schedulable.ts";
import { checkTor } from "../check/check-tor.ts";
import { type NetworkVariant, variantPlugin } from "../raw/network-variant.ts";
import type { RawManifestsEntry } from "../raw/raw-manifests.ts";
import type { RawNetwork } from "../raw/raw-network.ts";
import type { RawProxy } from "../raw/raw-proxy.ts";
import type { Written } from "../raw/written.ts";
import { parseDurationMs } from "../scalars.ts";
import type { Report } from "../source/problem.ts";
import { at, locationOf, type SourceDocument, type Spot } from "../source/source.ts";
import type { Topology } from "../topology.ts";
import type { Matrix } from "../variants.ts";
import { type MachineNames, readTopology, type WrittenTopology } from "./read-topology.ts";
import { resolveFamilies } from "./resolve-families.ts";
import { resolveLoadBalancer } from "./resolve-load-balancer.ts";
import { resolveHosts, resolveNodes } from "./resolve-machines.ts";
import { resolveNetwork, sharePodCIDR } from "./resolve-network.ts";
import { overrideProxy, resolveProxy } from "./resolve-proxy.ts";
import { resolveDns, resolveServices } from "./resolve-services.ts";
import { resolveUnderlay } from "./resolve-underlay.ts";

export interface ResolvedTopology {
  /** Undefined when too much of it is wrong to say what was meant. */
  readonly topology: Topology | undefined;
  readonly manifests: ReadonlyArray<Written<string | RawManifestsEntry>>;
  /** By node, what it says about its kube-proxy. */
  readonly nodeProxies: ReadonlyMap<string, Written<RawProxy>>;
  /** `services.proxy` as written; undefined when it is not there, or wrong. */
  readonly proxy: Written<RawProxy> | undefined;
  /** As written; empty where it is wrong. */
  readonly matrix: Matrix;
  /** Every name in the file, also of machines with a fault elsewhere. */
  readonly names: MachineNames;
  /** Of the whole `spec`. */
  readonly spot: Spot;
}

export interface ResolveOptions {
  /** In place of the pod network that the file says; unless given, the first of its matrix. */
  readonly network?: NetworkVariant | undefined;
}

export function resolveTopology(
  document: SourceDocument,
  report: Report,
  { network: variant }: ResolveOptions = {},
): ResolvedTopology {
  const written = readTopology(document, report);
  const { manifests, names, nodes, hosts, underlay, services, spot } = written;
  // Whatever else is wrong, two of one name are.
  if (underlay !== undefined) checkNames({ nodes, hosts, underlay }, report);
  checkMatrix(written.matrix, written, report);
  const matrix = written.matrix.raw;
  const network = withVariant(written.network, variant ?? matrix.network?.[0]);
  const nodeProxies = new Map(
    nodes.flatMap((node) => {
      const own = proxyIn(node);
      return own === undefined ? [] : [[node.raw.name, own] as const];
    }),
  );
  const parts = resolveParts({ ...written, network }, nodeProxies, report);
  return {
    ...{ manifests, matrix, names, nodeProxies, spot },
    proxy: services && proxyIn(services),
    topology: parts && { ...parts, location: locationOf(document.spot) },
  };
}

/** Undefined without one of the parts that all others are resolved by. */
function resolveParts(
  written: WrittenTopology,
  nodeProxies: ResolvedTopology["nodeProxies"],
  report: Report,
): Omit<Topology, "location"> | undefined {
  const { nodes, hosts, underlay, network, services, dns, balancer, spot } = written;
  if (network === undefined || services === undefined || dns === undefined) return undefined;
  const families = resolveFamilies(network, services, report);
  const podNetwork = resolveNetwork(network, { nodeNames: written.names.nodes, families }, report);
  const { podCIDRs } = podNetwork;
  const { proxy = {} } = services.raw;
  const serviceNetwork = resolveServices(services, { families, proxy, podCIDRs }, report);
  const clusterDns = resolveDns(dns.raw, serviceNetwork);
  if (underlay === undefined) return undefined;
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
  const proxied = shared.map((node) => {
    const own = overrideProxy(proxy, nodeProxies.get(node.name)?.raw);
    return { ...node, proxy: resolveProxy(own, podCIDRs) };
  });
  checkSchedulable(nodes, proxied, at(spot, "nodes"), report);
  return {
    name: written.name,
    nodes: proxied,
    hosts: plainHosts,
    underlay: fabric,
    network: podNetwork,
    services: serviceNetwork,
    dns: clusterDns,
    controlPlane: { store: written.controlPlane?.raw.store ?? "memory" },
    pods: {
      readyWithinMs: parseDurationMs(written.pods?.raw.readyWithin ?? "") ?? 60_000,
      probeTimeScale: written.pods?.raw.probeTimeScale ?? 1,
    },
    loadBalancer: balancer && resolveLoadBalancer(balancer, plainHosts, serviceNetwork),
    images: written.images,
  };
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
