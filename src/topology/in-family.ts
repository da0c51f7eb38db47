/**
 * A dual-stack topology is two on the same machines, one of each address family. What plans wires plans one
 * family at a time, from a topology in which that family is the only one.
 */
import { familyOf, type IpAddress, type IpFamily } from "../net/ip-address.ts";
import type { Topology, Underlay } from "./topology.ts";

/** The same machines, with the addresses and blocks of one of the cluster's families. */
export function inFamily(topology: Topology, family: IpFamily): Topology {
  const { nodes, hosts, underlay, network, services } = topology;
  const podCIDRs = network.podCIDRs.filter((block) => familyOf(block.address) === family);
  const cidrs = services.cidrs.filter((block) => familyOf(block.address) === family);
  return {
    ...topology,
    nodes: nodes.map((node) => {
      const own = node.podCIDRs.filter((block) => familyOf(block.address) === family);
      return { ...withAddress(node, family), podCIDR: own[0] ?? node.podCIDR, podCIDRs: own };
    }),
    hosts: hosts.map((host) => withAddress(host, family)),
    underlay: underlayIn(underlay, family),
    network: {
      ...network,
      ipFamilies: [family],
      podCIDR: podCIDRs[0] ?? network.podCIDR,
      podCIDRs,
    },
    services: { ...services, cidr: cidrs[0] ?? services.cidr, cidrs },
  };
}

function underlayIn({ mtu, subnets, routers }: Underlay, family: IpFamily): Underlay {
  return {
    mtu,
    subnets: subnets.map((subnet) => {
      const cidrs = subnet.cidrs.filter(({ address }) => familyOf(address) === family);
      const gateways = subnet.gateways.filter((address) => familyOf(address) === family);
      return { ...subnet, cidr: cidrs[0] ?? subnet.cidr, cidrs, gateway: gateways[0], gateways };
    }),
    routers: routers.map((router) => ({
      ...router,
      interfaces: router.interfaces.map((port) => withAddress(port, family)),
    })),
  };
}

interface Addressed {
  readonly address: IpAddress;
  readonly addresses: readonly IpAddress[];
}

function withAddress<T extends Addressed>(machine: T, family: IpFamily): T {
  const addresses = machine.addresses.filter((address) => familyOf(address) === family);
  return { ...machine, address: addresses[0] ?? machine.address, addresses };
}
