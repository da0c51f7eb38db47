import { renderIpset, renderIptablesRules } from "../../../components/cni-weave/iptables-rules.ts";
import { startPeers } from "../../../components/cni-weave/peers.ts";
import { planNode } from "../../../components/cni-weave/plan-node.ts";
import { hostEndOf, planPod } from "../../../components/cni-weave/plan-pod.ts";
import { deriveMacAddress } from "../../../net/mac-address.ts";
import type { PluginOf } from "../../../topology/plugin.ts";
import type { Topology, TopologyNode } from "../../../topology/topology.ts";
import type { Members } from "../nodes/members.ts";
import type { PodNetwork } from "./pod-network.ts";
import { SleeveRouters } from "./sleeve-routers.ts";

export function weaveNetwork(
  { nodes, network: { podCIDR } }: Topology,
  { mode, mtu }: PluginOf<"weave">,
  members: Members,
): PodNetwork {
  const started = startPeers(nodes, podCIDR);
  const network = { mode, podCIDR, mtu, peers: started.map(({ peer }) => peer) };
  const of = ({ name }: TopologyNode): (typeof started)[number] => {
    const found = started.find(({ peer }) => peer.name === name);
    if (found === undefined) throw new RangeError(`there is no node ${name}`);
    return found;
  };
  const peers = () => network.peers.filter(({ name }) => members.has(name));
  const sleeve = mode === "sleeve" ? new SleeveRouters(peers) : undefined;
  return {
    node: (node) => {
      const { peer } = of(node);
      return {
        plan: planNode(
          peer,
          network,
          members.nodes.map(({ name }) => name),
        ),
        ipset: renderIpset(peer),
        iptables: renderIptablesRules(network),
      };
    },
    add: (node, pod) => {
      const { peer, ipam } = of(node);
      const address = ipam.allocate(pod.netns);
      return {
        addresses: [address],
        plans: [planPod(peer, { ...pod, address }, network)],
        // The lowest free address is often one that another pod has just left.
        announce: { device: "eth0", mac: deriveMacAddress(pod.netns, "eth0") },
      };
    },
    remove: (node, pod) => {
      of(node).ipam.release(pod.netns);
      return { device: hostEndOf(pod) };
    },
    ...(sleeve !== undefined && {
      start: (machines) => sleeve.start(machines),
      membersChanged: () => sleeve.membersChanged(),
    }),
  };
}
