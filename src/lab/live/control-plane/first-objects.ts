/** What a cluster holds before its first user comes: its nodes, and the API server's own Service. */

import type { Node } from "../../../api/objects/cluster.ts";
import type { AnyObject } from "../../../api/objects/kinds.ts";
import type { ServiceCIDR } from "../../../api/objects/networking.ts";
import {
  kubernetesEndpointSlice,
  kubernetesEndpoints,
  kubernetesService,
  kubernetesServiceCIDR,
} from "../../../components/service-ip/kubernetes-service.ts";
import { formatCidr } from "../../../net/cidr.ts";
import type { Topology, TopologyNode } from "../../../topology/topology.ts";

/** Where an API server listens on its node. */
export const API_SERVER_PORT = 6443;

/** In the order of creation: the API server's Service takes its address before others can. */
export function firstObjects(topology: Topology): {
  readonly nodes: readonly Node[];
  readonly service: AnyObject;
  readonly endpoints: readonly AnyObject[];
  /** What says where addresses of Services come from. */
  readonly serviceCIDR: ServiceCIDR;
} {
  const { nodes, services } = topology;
  const server = {
    addresses: apiServerNodes(topology).map(({ address }) => address),
    port: API_SERVER_PORT,
  };
  return {
    nodes: nodes.filter(({ joined }) => joined).map(nodeObject),
    service: kubernetesService(services.cidr, server),
    endpoints: [kubernetesEndpoints(server), kubernetesEndpointSlice(server)],
    serviceCIDR: kubernetesServiceCIDR(services.cidrs),
  };
}

/** The nodes that run an API server: those of the control plane, or the first where there are none. */
export function apiServerNodes({ nodes: all }: Topology): readonly TopologyNode[] {
  const nodes = all.filter(({ joined }) => joined);
  const servers = nodes.filter(({ roles }) => roles.includes("control-plane"));
  return servers.length > 0 ? servers : nodes.slice(0, 1);
}

/** As kubelet registers it and kubeadm labels it; kubelet keeps the status. */
export function nodeObject({ name, labels, taints, addresses, podCIDRs }: TopologyNode): Node {
  const blocks = podCIDRs.map(formatCidr);
  const [block = ""] = blocks;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    spec: {
      podCIDR: block,
      podCIDRs: blocks,
      ...(taints.length > 0 && { taints }),
    },
    status: {
      addresses: [
        ...addresses.map((address) => ({ type: "InternalIP", address }) as const),
        { type: "Hostname", address: name },
      ],
    },
  };
}
