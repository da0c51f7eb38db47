/** What manifests ask of the cluster and of one another. */

import { matchesLabels } from "../../api/label-selector.ts";
import type { AnyObject } from "../../api/objects/kinds.ts";
import type { Service, ServicePort } from "../../api/objects/service.ts";
import { serviceNameLabel } from "../../api/services/service-endpoints.ts";
import { nearest } from "../../base/nearest.ts";
import { blockSize, contains, formatCidr } from "../../net/cidr.ts";
import { parseIpAddress } from "../../net/ip-address.ts";
import type { ReadManifest } from "../manifests/read-manifests.ts";
import type { Report } from "../source/problem.ts";
import { at, locationOf, problemAt, type Spot } from "../source/source.ts";
import type { ClusterDns, ServiceNetwork, Topology } from "../topology.ts";
import { type KnownWorkload, workloadOf } from "./known-objects.ts";

export function checkManifests(
  manifests: readonly ReadManifest[],
  topology: Topology | undefined,
  spec: Spot,
  report: Report,
): void {
  checkOneAnother(manifests, report);
  if (topology === undefined) return;
  const services = servicesIn(manifests);
  checkNodePorts(services, topology.services, report);
  checkClusterIps(services, topology, report);
  const workloads = manifests.flatMap(({ object }) => workloadOf(object));
  checkRoom({ services: services.length, workloads, topology, spec }, report);
}

/** Of manifests without a topology: nobody knows of which blocks and ranges their cluster is. */
export function checkManifestsAlone(manifests: readonly ReadManifest[], report: Report): void {
  checkOneAnother(manifests, report);
  const services = servicesIn(manifests);
  checkNodePorts(services, {}, report);
  checkClusterIps(services, {}, report);
}

function checkOneAnother(manifests: readonly ReadManifest[], report: Report): void {
  checkTwice(manifests, report);
  const workloads = manifests.flatMap(({ object }) => workloadOf(object));
  const served = new Set(manifests.map(({ object }) => servedBy(object)));
  for (const each of servicesIn(manifests)) {
    if (!served.has(nameOf(each.service))) checkSelector(each, workloads, report);
  }
}

/** The Service that endpoints are written for. */
function servedBy(object: AnyObject): string | undefined {
  const { namespace = "", name, labels } = object.metadata;
  if (object.kind === "Endpoints") return `${namespace}/${name}`;
  const service = object.kind === "EndpointSlice" ? labels?.[serviceNameLabel] : undefined;
  return service === undefined ? undefined : `${namespace}/${service}`;
}

function servicesIn(manifests: readonly ReadManifest[]): readonly WrittenService[] {
  return manifests.flatMap(({ object, spot }) =>
    object.kind === "Service" ? [{ service: object, spot }] : [],
  );
}

function nameOf({ metadata: { namespace = "", name } }: Service): string {
  return `${namespace}/${name}`;
}

/** `kubectl apply` would take the second for a change of the first; nobody writes that on purpose. */
function checkTwice(manifests: readonly ReadManifest[], report: Report): void {
  const firstByKey = new Map<string, Spot>();
  for (const { object, spot } of manifests) {
    const { namespace, name } = object.metadata;
    const key = `${object.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
    const first = firstByKey.get(key);
    if (first === undefined) {
      firstByKey.set(key, spot);
      continue;
    }
    const { file, line } = locationOf(first);
    const message = `${key}: is defined already at ${file}:${line}`;
    const place = at(spot, "metadata", "name");
    const hint = "remove one of them";
    report(problemAt(place, "TOPOLOGY_DUPLICATE_NAME", message, { hint }));
  }
}

interface WrittenService {
  readonly service: Service;
  readonly spot: Spot;
}

/** Legal, and a lesson of its own; but most often a slip of the pen. */
function checkSelector(
  { service, spot }: WrittenService,
  workloads: readonly KnownWorkload[],
  report: Report,
): void {
  const { selector = {}, type } = service.spec;
  const { namespace = "", name } = service.metadata;
  if (Object.keys(selector).length === 0 || type === "ExternalName") return;
  const inNamespace = workloads.filter((each) => each.namespace === namespace);
  if (inNamespace.some(({ podLabels }) => matchesLabels(selector, podLabels))) return;
  const near = nearestLabel(selector, inNamespace);
  const text = Object.entries(selector)
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ");
  report(
    problemAt(
      at(spot, "spec", "selector"),
      "TOPOLOGY_SUSPECT",
      `Service ${name}: no pod of namespace ${namespace} has the labels ${text}`,
      {
        severity: "warning",
        hint: near === undefined ? withoutPods(service) : `did you mean \`${near}\`?`,
      },
    ),
  );
}

/** What becomes of clients. Without a virtual IP there is nothing that could refuse them. */
function withoutPods({ spec }: Service): string {
  return spec.clusterIP === "None"
    ? "without pods, the name of a headless Service has no address"
    : "without pods, the Service refuses every connection";
}

function nearestLabel(
  selector: Readonly<Record<string, string>>,
  workloads: readonly KnownWorkload[],
): string | undefined {
  const labels = workloads.flatMap(({ podLabels }) =>
    Object.entries(podLabels).map(([key, value]) => `${key}: ${value}`),
  );
  const wanted = Object.entries(selector).map(([key, value]) => `${key}: ${value}`);
  const wrong = wanted.find((label) => !labels.includes(label));
  return wrong === undefined ? undefined : nearest(wrong, labels);
}

interface WrittenPort {
  readonly port: ServicePort;
  readonly nodePort: number;
  readonly owner: string;
  readonly spot: Spot;
}

function nodePortsOf({ service, spot }: WrittenService): readonly WrittenPort[] {
  const owner = nameOf(service);
  return (service.spec.ports ?? []).flatMap((port, index) => {
    const { nodePort = 0 } = port;
    const place = at(spot, "spec", "ports", index, "nodePort");
    return nodePort === 0 ? [] : [{ port, nodePort, owner, spot: place }];
  });
}

function checkNodePorts(
  services: readonly WrittenService[],
  { nodePortRange }: Partial<Pick<ServiceNetwork, "nodePortRange">>,
  report: Report,
): void {
  const { first, last } = nodePortRange ?? { first: 1, last: 65_535 };
  const takenBy = new Map<string, string>();
  for (const { port, nodePort, owner, spot } of services.flatMap(nodePortsOf)) {
    if (nodePort < first || nodePort > last) {
      const message = `nodePort ${nodePort}: is not in the range ${first}-${last}`;
      const hint = "choose a port in it, or widen services.nodePortRange";
      report(problemAt(spot, "TOPOLOGY_BAD_PORT", message, { hint }));
    }
    const key = keyOfPort(port);
    const other = takenBy.get(key);
    if (other === undefined) takenBy.set(key, owner);
    else {
      const message = `nodePort ${nodePort}: is taken by Service ${other}`;
      report(problemAt(spot, "TOPOLOGY_PORT_CLASH", message, { hint: "choose another port" }));
    }
  }
}

function keyOfPort({ protocol = "TCP", nodePort }: ServicePort): string {
  return `${protocol} ${nodePort}`;
}

interface ServiceBlocks {
  readonly services: Partial<Pick<ServiceNetwork, "cidr">>;
  readonly dns: ClusterDns;
}

function checkClusterIps(
  services: readonly WrittenService[],
  { services: { cidr } = {}, dns }: Partial<ServiceBlocks>,
  report: Report,
): void {
  const takenBy = new Map<string, string>(
    dns?.enabled === true ? [[dns.address, "kube-system/kube-dns"]] : [],
  );
  for (const { service, spot } of services) {
    const { clusterIP = "" } = service.spec;
    const address = parseIpAddress(clusterIP);
    if (address === undefined) continue;
    const place = at(spot, "spec", "clusterIP");
    const owner = takenBy.get(address);
    if (cidr !== undefined && !contains(cidr, address)) {
      const message = `clusterIP ${address}: is not in the service CIDR ${formatCidr(cidr)}`;
      report(problemAt(place, "TOPOLOGY_BAD_ADDRESS", message, { hint: "choose one in it" }));
    } else if (owner !== undefined && owner !== nameOf(service)) {
      const message = `clusterIP ${address}: is taken by Service ${owner}`;
      report(problemAt(place, "TOPOLOGY_ADDRESS_CLASH", message, { hint: "choose another" }));
    } else takenBy.set(address, nameOf(service));
  }
}

/** The block's own address and its broadcast address. */
const lostPerServiceBlock = 2n;
/** Network, gateway and broadcast address. */
const lostPerNode = 3n;

interface Demand {
  readonly services: number;
  readonly workloads: readonly KnownWorkload[];
  readonly topology: Topology;
  /** Of the topology's `spec`. */
  readonly spec: Spot;
}

/** Blocks that cannot hold what the manifests ask for. */
function checkRoom({ services, workloads, topology, spec }: Demand, report: Report): void {
  const { nodes, network, services: own } = topology;
  const code = "TOPOLOGY_CIDR_TOO_SMALL";
  // The two of the cluster itself: kubernetes and kube-dns.
  const wanted = BigInt(services + 2);
  const room = blockSize(own.cidr) - lostPerServiceBlock;
  if (room < wanted) {
    const message = `service CIDR ${formatCidr(own.cidr)}: has ${room} addresses for ${wanted} Services`;
    const hint = "write a larger services.cidr";
    report(problemAt(at(spec, "services", "cidr"), code, message, { hint }));
  }
  const perNode = network.plugin.type === "bridge" || network.plugin.type === "flannel";
  const workers = nodes.filter(({ taints }) => taints.length === 0);
  if (!perNode || workers.length === 0) return;
  const pods = workloads.reduce((sum, each) => sum + (each.replicas ?? workers.length), 0);
  const places = workers.reduce((sum, node) => sum + blockSize(node.podCIDR) - lostPerNode, 0n);
  if (BigInt(pods) > places) {
    const message = `pod CIDR: the nodes' shares have ${places} addresses for ${pods} pods`;
    const hint = "write a larger network.podCIDR, or a smaller nodeCIDRMaskSize";
    report(problemAt(at(spec, "network", "podCIDR"), code, message, { hint }));
  }
}
