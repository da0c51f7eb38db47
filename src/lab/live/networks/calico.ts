/**
 * Calico: Felix wires pods and, with VXLAN, writes every route; without encapsulation or with IPIP a BIRD on each
 * node does, and the routers of the underlay can run one too.
 */

import { BlockIpam } from "../../../components/cni-calico/block-ipam.ts";
import { podMtu, speaksBgp } from "../../../components/cni-calico/calico-network.ts";
import { familyOf, type IpFamily } from "../../../net/ip-address.ts";
import type { PluginOf } from "../../../topology/plugin.ts";
import type { Topology } from "../../../topology/topology.ts";
import type { Members } from "../nodes/members.ts";
import { BirdMesh, routerIdsOf } from "./bird-mesh.ts";
import { Felix } from "./felix.ts";
import type { PodNetwork } from "./pod-network.ts";

/** Of one family; `whole` is the topology with all of them. */
export function calicoNetwork(
  topology: Topology,
  plugin: PluginOf<"calico">,
  { whole, members }: { readonly whole: Topology; readonly members: Members },
): PodNetwork {
  const { nodes, network, underlay } = topology;
  const { podCIDR } = network;
  const options = optionsOf(plugin, familyOf(podCIDR.address));
  const calico = { podCIDR, underlayMtu: underlay.mtu, options };
  const ipam = new BlockIpam(podCIDR, options.blockSize);
  const mesh = speaksBgp(options)
    ? new BirdMesh(topology, options, { ipam, members, routerIds: routerIdsOf(whole) })
    : undefined;
  // A pod has one wire for both families: it carries what the narrower tunnel does.
  const felix = new Felix(nodes, {
    ...{ calico, ipam, members, mesh },
    podMtu: smallestMtu(plugin, whole),
  });
  return {
    node: (node) => felix.node(node),
    add: (node, pod) => felix.add(node, pod),
    remove: (node, pod) => felix.remove(node, pod),
    ...(mesh !== undefined && routedBy(mesh)),
  };
}

type Routing = Pick<PodNetwork, "start" | "membersChanged" | "converged" | "daemons">;

function routedBy(mesh: BirdMesh): Routing {
  return {
    start: (machines, signal) => mesh.start(machines, signal),
    membersChanged: (signal) => mesh.membersChanged(signal),
    converged: (signal) => mesh.converged(signal),
    daemons: {
      name: "bird",
      fail: (machine) => mesh.fail(machine),
      heal: (machine) => mesh.heal(machine),
    },
  };
}

/** IPIP is IPv4 in IPv4: an IPv6 pool of such a cluster has no encapsulation. */
function optionsOf(
  plugin: PluginOf<"calico">,
  family: IpFamily,
): PluginOf<"calico"> & { readonly family: IpFamily } {
  if (family === "ipv4") return { ...plugin, family };
  const isIpip = plugin.encapsulation.startsWith("IPIP");
  const encapsulation = isIpip ? "None" : plugin.encapsulation;
  return { ...plugin, family, encapsulation, blockSize: plugin.blockSizeIPv6 };
}

function smallestMtu(plugin: PluginOf<"calico">, { network, underlay }: Topology): number {
  return Math.min(
    ...network.podCIDRs.map((podCIDR) => {
      const options = optionsOf(plugin, familyOf(podCIDR.address));
      return podMtu({ podCIDR, underlayMtu: underlay.mtu, options });
    }),
  );
}
