/** The machines of manifests that come without a Topology: those that the objects speak of. */
import type { Node } from "../../api/objects/cluster.ts";
import type { AnyObject } from "../../api/objects/kinds.ts";
import { parseCidr } from "../../net/cidr.ts";
import { familyOf, type IpFamily, parseIpAddress } from "../../net/ip-address.ts";
import { loadLab } from "../../topology/load.ts";
import type { ProxyOptions } from "../../topology/proxy-options.ts";
import type { Topology, TopologyNode } from "../../topology/topology.ts";

/** When nobody names a node. */
const defaultNode = "node01";

export interface Wanted {
  /** A node that there must be. */
  readonly node: string | undefined;
  /** The family whose rules are asked for. */
  readonly family: IpFamily | undefined;
}

/**
 * Nodes as the objects name them: Node objects with what they say of themselves, then those on which
 * pods and endpoints are said to be, then `wanted`. What is not said is as in a Topology that names
 * nodes alone: addresses from 192.168.0.11 on, shares of 10.244.0.0/16, Services in 10.96.0.0/16. The cluster
 * has both address families where an object has an IPv6 address or asks for one, or somebody asks for IPv6 rules.
 */
export function paperTopology(
  objects: readonly AnyObject[],
  proxy: ProxyOptions,
  { node: wanted, family }: Wanted,
): Topology {
  const known = objects.filter((object): object is Node => object.kind === "Node");
  const names = new Set([
    ...known.map(({ metadata }) => metadata.name),
    ...objects.flatMap(nodesNamedBy),
  ]);
  if (wanted !== undefined) names.add(wanted);
  if (names.size === 0) names.add(defaultNode);
  const isDualStack = family === "ipv6" || objects.some(needsIpv6);
  const document = {
    apiVersion: "podwire.dev/v1alpha1",
    kind: "Topology",
    metadata: { name: "paper" },
    spec: {
      nodes: [...names].map((name) => ({ name })),
      network: { ipFamilies: isDualStack ? ["IPv4", "IPv6"] : ["IPv4"] },
    },
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

function needsIpv6(object: AnyObject): boolean {
  switch (object.kind) {
    case "Service": {
      const { clusterIP = "", clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = object.spec;
      const hasAddress = [clusterIP, ...clusterIPs].some((address) => address.includes(":"));
      return hasAddress || ipFamilies.includes("IPv6") || ipFamilyPolicy === "RequireDualStack";
    }
    case "EndpointSlice":
      return object.addressType === "IPv6";
    case "Node":
      return (object.spec?.podCIDRs ?? []).some((block) => block.includes(":"));
    default:
      return false;
  }
}

/** What a Node object says goes before what podwire would make up, in each family. */
function describedBy(object: Node | undefined, node: TopologyNode): TopologyNode {
  if (object === undefined) return node;
  const { metadata, spec, status } = object;
  const told = (status?.addresses ?? [])
    .filter(({ type }) => type === "InternalIP")
    .flatMap((entry) => parseIpAddress(entry.address) ?? []);
  const blocks = (spec?.podCIDRs ?? [spec?.podCIDR ?? ""]).flatMap((text) => parseCidr(text) ?? []);
  const addresses = node.addresses.map(
    (own) => told.find((each) => familyOf(each) === familyOf(own)) ?? own,
  );
  const podCIDRs = node.podCIDRs.map(
    (own) => blocks.find((each) => familyOf(each.address) === familyOf(own.address)) ?? own,
  );
  return {
    ...node,
    labels: { ...node.labels, ...metadata.labels },
    taints: spec?.taints ?? [],
    address: addresses[0] ?? node.address,
    addresses,
    podCIDR: podCIDRs[0] ?? node.podCIDR,
    podCIDRs,
  };
}
