/**
 * Calico: Felix wires pods and, with VXLAN, writes every route; without encapsulation or with IPIP a BIRD on each
 * node does, and the routers of the underlay can run one too.
 */

import { BlockIpam } from "../../../components/cni-calico/block-ipam.ts";
import { planBlockRoutes } from "../../../components/cni-calico/block-routes.ts";
import { podMtu, speaksBgp, tunnelOf } from "../../../components/cni-calico/calico-network.ts";
import {
  renderIpsets,
  renderIptablesRules,
} from "../../../components/cni-calico/iptables-rules.ts";
import { type NodeWithTunnel, planNode } from "../../../components/cni-calico/plan-node.ts";
import { hostEndOf, planPod } from "../../../components/cni-calico/plan-pod.ts";
import type { Cidr } from "../../../net/cidr.ts";
import { familyOf, type IpFamily } from "../../../net/ip-address.ts";
import type { PluginOf } from "../../../topology/plugin.ts";
import type { Topology } from "../../../topology/topology.ts";
import type { Members } from "../nodes/members.ts";
import { BirdMesh, routerIdsOf } from "./bird-mesh.ts";
import type { PodNetwork } from "./pod-network.ts";

/** Of one family; `whole` is the topology with all of them. */
export function calicoNetwork(
  topology: Topology,
  plugin: PluginOf<"calico">,
  { whole, members }: { readonly whole: Topology; readonly members: Members },
): PodNetwork {
  const { network, underlay } = topology;
  const options = optionsOf(plugin, familyOf(network.podCIDR.address));
  const calico = { podCIDR: network.podCIDR, underlayMtu: underlay.mtu, options };
  // A pod has one wire for both families: it carries what the narrower tunnel does.
  const wires = { ...calico, options: { ...options, mtu: smallestMtu(plugin, whole) } };
  const ipam = new BlockIpam(network.podCIDR, options.blockSize);
  const hasTunnel = tunnelOf(options) !== undefined;
  // calico/node takes the tunnel's address when it starts, so it is the first of the node's first block.
  const all = topology.nodes.map(
    ({ name, address, subnet }): NodeWithTunnel => ({
      ...{ name, address, subnet },
      tunnelAddress: hasTunnel ? ipam.allocate(name, `tunnel of ${name}`) : undefined,
    }),
  );
  const of = ({ name }: { readonly name: string }): NodeWithTunnel => {
    const found = all.find((node) => node.name === name);
    if (found === undefined) throw new RangeError(`there is no node ${name}`);
    return found;
  };
  const nodes = (): readonly NodeWithTunnel[] => all.filter(({ name }) => members.has(name));
  const destinations = (node: string): readonly Cidr[] => [
    ...ipam.blocksOf(node),
    ...ipam.borrowedBy(node),
  ];
  const mesh = speaksBgp(options)
    ? new BirdMesh(topology, options, { ipam, members, routerIds: routerIdsOf(whole) })
    : undefined;
  return {
    node: (node) => {
      const routes = mesh === undefined ? ownRoutes(node.name) : [];
      const plan = planNode(of(node), nodes(), calico);
      return {
        plan: { ...plan, routes },
        ipset: renderIpsets(node, nodes(), calico),
        iptables: renderIptablesRules(calico),
      };
    },
    add: (node, pod) => {
      const before = destinations(node.name).length;
      const address = ipam.allocate(node.name, pod.netns);
      return {
        addresses: [address],
        plans: planPod(of(node), { ...pod, address }, wires),
        rewires: tellOthers(node.name, before),
      };
    },
    remove: (node, pod) => {
      const before = destinations(node.name).length;
      ipam.release(pod.netns);
      return { device: hostEndOf(pod), rewires: tellOthers(node.name, before) };
    },
    ...(mesh !== undefined && {
      start: (machines, signal) => mesh.start(machines, signal),
      membersChanged: (signal) => mesh.membersChanged(signal),
      converged: (signal) => mesh.converged(signal),
      daemons: {
        name: "bird",
        fail: (machine) => mesh.fail(machine),
        heal: (machine) => mesh.heal(machine),
      },
    }),
  };

  /** By BIRD, if there is one; if not, the nodes' plans have to say it: then true. */
  function tellOthers(node: string, before: number): boolean {
    const isOther = destinations(node).length !== before;
    if (isOther) mesh?.changed(node);
    return isOther && mesh === undefined;
  }

  /** Of one node, to everybody's blocks. */
  function ownRoutes(name: string) {
    return nodes().flatMap((owner) =>
      planBlockRoutes(owner, nodes(), destinations(owner.name), calico).flatMap((plan) =>
        plan.netns === name ? (plan.routes ?? []) : [],
      ),
    );
  }
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
