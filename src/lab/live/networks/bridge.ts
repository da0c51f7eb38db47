import { planNode } from "../../../components/cni-bridge/plan-node.ts";
import { hostEndOf, planPod } from "../../../components/cni-bridge/plan-pod.ts";
import { planRouters } from "../../../components/cni-bridge/plan-routers.ts";
import type { PluginOf } from "../../../topology/plugin.ts";
import type { Topology } from "../../../topology/topology.ts";
import { wayTo } from "../../fabric/router-ways.ts";
import type { Members } from "../nodes/members.ts";
import { nodeAddresses } from "./node-addresses.ts";
import type { PodNetwork } from "./pod-network.ts";

export function bridgeNetwork(
  topology: Topology,
  options: PluginOf<"bridge">,
  members: Members,
): PodNetwork {
  const { nodes, network, underlay } = topology;
  const bridge = { podCIDR: network.podCIDR, underlayMtu: underlay.mtu, options };
  const addresses = nodeAddresses(nodes);
  const routers = underlay.routers.map((router) => ({
    name: router.name,
    wayTo: (subnet: string) => wayTo(subnet, router, underlay.routers),
  }));
  return {
    node: (node) => planNode(node, members.nodes, bridge),
    ...(options.mode === "routed" && {
      routers: () => planRouters(routers, members.nodes),
    }),
    add: (node, pod) => {
      const address = addresses.allocate(node, pod);
      return { addresses: [address], plans: [planPod(node, { ...pod, address }, bridge)] };
    },
    remove: (node, pod) => {
      addresses.release(node, pod);
      return { device: hostEndOf(pod) };
    },
  };
}
