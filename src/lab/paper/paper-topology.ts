/** The machines of manifests that come without a Topology: those that the objects speak of. */
import type { Node } from "../../api/cluster.ts";
import type { AnyObject } from "../../api/kinds.ts";
import { cidr } from "../../net/cidr.ts";
import { ipAddress, parseIpAddress } from "../../net/ip-address.ts";
import { loadLab } from "../../topology/load.ts";
import type { ProxyOptions } from "../../topology/proxy-options.ts";
import type { Topology, TopologyNode } from "../../topology/topology.ts";

/** When nobody names a node. */
const defaultNode = "node01";

/**
 * Nodes as the objects name them: Node objects with what they say of themselves, then those on which
 * pods and endpoints are said to be, then `wanted`. What is not said is as in a Topology that names
 * nodes alone: addresses from 192.168.0.11 on, shares of 10.244.0.0/16, Services in 10.96.0.0/16.
 */
export function paperTopology(
  objects: readonly AnyObject[],
  proxy: ProxyOptions,
  wanted: string | undefined,
): Topology {
  const known = objects.filter((object): object is Node => object.kind === "Node");
  const names = new Set([
    ...known.map(({ metadata }) => metadata.name),
    ...objects.flatMap(nodesNamedBy),
  ]);
  if (wanted !== undefined) names.add(wanted);
  if (names.size === 0) names.add(defaultNode);
  const document = {
    apiVersion: "podwire.dev/v1alpha1",
    kind: "Topology",
    metadata: { name: "paper" },
    spec: { nodes: [...names].map((name) => ({ name })) },
  };
  const { topology } = loadLab(["nodes"], {
    readFile: () => JSON.stringify(document),
    readFolder: () => undefined,
  });
  const nodes = topology.nodes.map((node) => {
    const object = known.find(({ metadata }) => metadata.name === node.name);
    return { ...describedBy(object, node), proxy };
  });
  return { ...topology, nodes };
}

function nodesNamedBy(object: AnyObject): readonly string[] {
  switch (object.kind) {
    case "Pod":
      return object.spec.nodeName === undefined ? [] : [object.spec.nodeName];
    case "EndpointSlice":
      return object.endpoints.flatMap(({ nodeName }) => nodeName ?? []);
    default:
      return [];
  }
}

/** What a Node object says goes before what podwire would make up. */
function describedBy(object: Node | undefined, node: TopologyNode): TopologyNode {
  if (object === undefined) return node;
  const { metadata, spec, status } = object;
  const [address] = (status?.addresses ?? [])
    .filter(({ type }) => type === "InternalIP")
    .flatMap((entry) => parseIpAddress(entry.address) ?? [])
    .filter((each) => !each.includes(":"));
  const block = spec?.podCIDR;
  const own = address === undefined ? node.address : ipAddress(address);
  const podCIDR = block === undefined || block.includes(":") ? node.podCIDR : cidr(block);
  return {
    ...node,
    labels: { ...node.labels, ...metadata.labels },
    taints: spec?.taints ?? [],
    address: own,
    addresses: [own],
    podCIDR,
    podCIDRs: [podCIDR],
  };
}
