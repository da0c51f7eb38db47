/** From files to a cluster on paper, and what kube-proxy would write on each of its nodes. */
import { PodwireError } from "../../base/podwire-error.ts";
import { rulesFor } from "../../components/kube-proxy/rules-for.ts";
import { formatCidr } from "../../net/cidr.ts";
import { familyOf, type IpFamily } from "../../net/ip-address.ts";
import { loadTopology } from "../../topology/load.ts";
import type { ProxyMode } from "../../topology/proxy-options.ts";
import type { NetworkVariant } from "../../topology/raw/network-variant.ts";
import type { TopologyFiles } from "../../topology/source/files.ts";
import { InvalidTopologyError, type Problem } from "../../topology/source/problem.ts";
import type { TopologyNode } from "../../topology/topology.ts";
import { checkFilter } from "../check-filter.ts";
import { proxyConfig } from "../live/nodes/proxy-config.ts";
import { type OpenChoice, openChoices } from "../open-choices.ts";
import { drawCluster, type PaperCluster } from "./paper-cluster.ts";

export interface DrawOptions {
  /** @default what the files configure, of a matrix the first, else iptables */
  readonly mode?: ProxyMode | undefined;
  /** In place of the pod network that the topology says. @default of a matrix the first */
  readonly network?: NetworkVariant | undefined;
  /** One of the nodes, or the name of the one there is when the files name none. @default the first */
  readonly node?: string | undefined;
  /** A file with a KubeProxyConfiguration, in place of whatever the other files say. */
  readonly config?: string | undefined;
  /** Of which address family. @default the cluster's first */
  readonly family?: IpFamily | undefined;
  /** Decides everything random: a lab of the same seed has the same rules. @default 1 */
  readonly seed?: number | undefined;
  /** @default those on disk */
  readonly files?: TopologyFiles;
}

export interface Drawing {
  readonly cluster: PaperCluster;
  /** The node that was asked for. */
  readonly node: TopologyNode;
  /** The payload of the first sync on a node, by the kube-proxy of a family: that of the options, unless it is given. */
  readonly rulesOn: (node: TopologyNode, family?: IpFamily) => string;
  /** Warnings and skipped kinds. */
  readonly problems: readonly Problem[];
  /** Of these the first was taken. */
  readonly openChoices: readonly OpenChoice[];
}

/** The command line asks for something that is not in the files, or not on paper. */
export class DrawingError extends PodwireError {
  readonly code = "DRAW_NO_NODE";
  readonly exitCode = 2;
}

/**
 * @throws InvalidTopologyError with every mistake of the files.
 * @throws DrawingError for a node that is not there, KubeProxyConfigError for a mode that is not, RefusedManifestError for objects that a server would refuse.
 */
export async function drawFiles(names: readonly string[], options: DrawOptions): Promise<Drawing> {
  const { mode: proxyMode, network, node: name, config, family: wanted, seed = 1, files } = options;
  const loaded = loadTopology(names, {
    checkFilter,
    ...files,
    topology: "optional",
    network,
    proxyMode,
    proxyConfig: config,
  });
  const { problems, matrix } = loaded;
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new InvalidTopologyError(errors);
  const cluster = await drawCluster(loaded, { seed, node: name, family: wanted });
  return {
    cluster,
    problems,
    // A configuration that is named stands in place of all that the files say of kube-proxy.
    openChoices: openChoices(config === undefined ? matrix : { network: matrix.network }, {
      network,
      proxyMode,
    }),
    node: chooseNode(cluster, name),
    rulesOn: (node, family = wanted) => renderOn(cluster, node, family),
  };
}

function renderOn(
  { services, slices, addressesOf, topology }: PaperCluster,
  node: TopologyNode,
  family: IpFamily = "ipv4",
): string {
  const ip = node.addresses.find((address) => familyOf(address) === family);
  if (ip === undefined) {
    const hint = "add network: {ipFamilies: [IPv4, IPv6]} to the topology";
    throw new DrawingError(`node ${node.name} has no address of that family`, { hint });
  }
  return rulesFor([...services, ...slices], {
    mode: node.proxy.mode,
    config: proxyConfig(node.proxy, topology.services.cidrs),
    node: {
      name: node.name,
      ip,
      zone: node.labels["topology.kubernetes.io/zone"],
      podCIDRs: node.podCIDRs.map(formatCidr),
      addresses: addressesOf(node),
    },
  });
}

function chooseNode({ topology }: PaperCluster, name: string | undefined): TopologyNode {
  const node =
    name === undefined ? topology.nodes[0] : topology.nodes.find((each) => each.name === name);
  if (node !== undefined) return node;
  const names = topology.nodes.map((each) => each.name).join(", ");
  throw new DrawingError(`there is no node ${name}`, { hint: `the nodes are ${names}` });
}
