/**
 * A cluster on paper: the controllers of a lab, their store, and nothing in the kernel. What they make
 * of a topology or of manifests alone is what they would make of it in a lab of the same seed: pods on
 * the same nodes, with the same names and addresses, and Services at the same addresses.
 */
import { type Logger, pino } from "pino";
import { whenAllIdle } from "../../api/controller/controller.ts";
import type { AnyObject } from "../../api/objects/kinds.ts";
import { formatKey, keyOf } from "../../api/objects/meta.ts";
import type { EndpointSlice, Service } from "../../api/objects/service.ts";
import { updateObjectStatus } from "../../api/requests/requests.ts";
import { serviceNameLabel } from "../../api/services/service-endpoints.ts";
import type { Store } from "../../api/store/store.ts";
import { CleanupStack } from "../../base/cleanup-stack.ts";
import { defaultBridgeOptions } from "../../components/cni-bridge/bridge-network.ts";
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import { isLinkLocal } from "../../net/link-local.ts";
import type { Loaded } from "../../topology/load.ts";
import type { Topology, TopologyNode } from "../../topology/topology.ts";
import { missingDnsObjects } from "../cluster-dns.ts";
import { newClusterStore } from "../live/control-plane/cluster-store.ts";
import { startControlPlane } from "../live/control-plane/control-plane.ts";
import { createPodNetwork, type PodNetwork } from "../live/networks/pod-network.ts";
import { Members } from "../live/nodes/members.ts";
import { drawManifest } from "./draw-manifest.ts";
import { startPaperKubelet } from "./paper-kubelet.ts";
import { paperTopology, type Wanted } from "./paper-topology.ts";

/** What is wanted counts when the files hold no Topology. */
export interface PaperOptions extends Wanted {
  /** Decides everything random. */
  readonly seed: number;
}

export interface PaperCluster {
  readonly topology: Topology;
  readonly store: Store;
  /** What a kube-proxy sees. Slices that were written are as they were written, and alone for their Service. */
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** Everything on a node's interfaces, loopback included. */
  readonly addressesOf: (node: TopologyNode) => readonly IpAddress[];
}

/**
 * Resolves when every controller has drawn its conclusions.
 *
 * @throws RefusedManifestError when an object cannot be created, such as for a node port out of range.
 */
export async function drawCluster(
  { topology: written, manifests, proxy }: Pick<Loaded, "topology" | "manifests" | "proxy">,
  { seed, ...wanted }: PaperOptions,
): Promise<PaperCluster> {
  const given = manifests.map(({ object }) => object);
  const topology = written ?? paperTopology(given, proxy, wanted);
  // Manifests alone are all there is: they may have been read from a cluster with a DNS of its own.
  const added = written === undefined ? [] : missingDnsObjects(written, given);
  const objects = [...given, ...added];
  const drawn = onPaper(topology);
  const network = createPodNetwork(drawn, new Members(drawn));
  const { store, admission } = newClusterStore({ topology, seed });
  const slices = objects.filter(
    (object): object is EndpointSlice => object.kind === "EndpointSlice",
  );
  const draw = [...manifests, ...added.map((object) => ({ object, location: undefined }))];
  for (const { object, location } of draw) {
    if (object.kind === "EndpointSlice" || object.kind === "Node") continue;
    drawManifest({ object, location }, { store, topology, admission });
  }
  for (const { object, status } of manifests) applyWrittenStatus(store, object, status);
  await settle(store, topology, network, podAddresses(manifests));
  const isOwn = (object: AnyObject): boolean =>
    written !== undefined || formatKey(keyOf(object)) !== "default/kubernetes";
  const sliced = new Set(slices.map(serviceOf));
  return {
    topology,
    store,
    services: store.list("Service").filter(isOwn),
    slices: [
      ...slices,
      ...store.list("EndpointSlice").filter((slice) => !sliced.has(serviceOf(slice))),
    ],
    addressesOf: (each) => addressesOf(each, network),
  };
}

/** Programs do not run on paper: what they do is most often what the bridge plugin does. */
function onPaper(topology: Topology): Topology {
  const { network } = topology;
  if (network.plugin.type !== "exec") return topology;
  const plugin = { type: "bridge", ...defaultBridgeOptions } as const;
  return { ...topology, network: { ...network, plugin } };
}

async function settle(
  store: Store,
  topology: Topology,
  network: PodNetwork,
  podIPsOf: (key: ReturnType<typeof keyOf>) => readonly string[] | undefined,
): Promise<void> {
  const log: Logger = pino({ level: "silent" });
  await using running = new CleanupStack();
  const controllers = [
    ...startControlPlane(store, log, topology.loadBalancer),
    startPaperKubelet({ store, nodes: topology.nodes, network, addressesOf: podIPsOf, log }),
  ];
  for (const controller of controllers) running.use(controller);
  await whenAllIdle(controllers);
}

/** What a cloud has said of a Service counts for kube-proxy: its external addresses. */
function applyWrittenStatus(store: Store, object: AnyObject, status: unknown): void {
  if (object.kind !== "Service" || status === undefined) return;
  updateObjectStatus(store, { ...object, status });
}

/** Of pods that were read from a cluster. */
function podAddresses(
  manifests: Loaded["manifests"],
): (key: ReturnType<typeof keyOf>) => readonly string[] | undefined {
  const addresses = new Map(
    manifests.flatMap(({ object, status }) => {
      const podIPs = object.kind === "Pod" ? writtenPodIPs(status) : [];
      return podIPs.length > 0 ? [[formatKey(keyOf(object)), podIPs] as const] : [];
    }),
  );
  return (key) => addresses.get(formatKey(key));
}

function writtenPodIPs(status: unknown): readonly string[] {
  if (typeof status !== "object" || status === null) return [];
  const podIP: unknown = Reflect.get(status, "podIP");
  const list: unknown = Reflect.get(status, "podIPs");
  const all = (Array.isArray(list) ? list : []).map((each: unknown) =>
    typeof each === "object" && each !== null ? Reflect.get(each, "ip") : undefined,
  );
  return (all.length > 0 ? all : [podIP]).filter((ip) => typeof ip === "string");
}

function serviceOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace ?? ""}/${metadata.labels?.[serviceNameLabel] ?? ""}`;
}

function addressesOf(node: TopologyNode, network: PodNetwork): readonly IpAddress[] {
  const { addresses = [] } = network.node(node).plan;
  return [
    ipAddress("127.0.0.1"),
    ipAddress("::1"),
    ...node.addresses,
    ...addresses.map(({ address }) => address.address).filter((address) => !isLinkLocal(address)),
  ];
}
