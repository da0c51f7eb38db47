/**
 * flannel, as its CNI plugin does it: flanneld wires the nodes, and pods are left to the `bridge`
 * plugin with `host-local` addresses, told by flannel which bridge, MTU and routes.
 */
import { gatewayOf, planNode as planBridge } from "../../../components/cni-bridge/plan-node.ts";
import { hostEndOf, planPod } from "../../../components/cni-bridge/plan-pod.ts";
import { podMtu } from "../../../components/cni-flannel/flannel-network.ts";
import { renderIptablesRules } from "../../../components/cni-flannel/iptables-rules.ts";
import { planNode } from "../../../components/cni-flannel/plan-node.ts";
import type { PluginOf } from "../../../topology/plugin.ts";
import type { Topology, TopologyNode } from "../../../topology/topology.ts";
import type { Members } from "../nodes/members.ts";
import { nodeAddresses } from "./node-addresses.ts";
import type { PodIdentity, PodNetwork, WiredPod } from "./pod-network.ts";

export function flannelNetwork(
  topology: Topology,
  options: PluginOf<"flannel">,
  members: Members,
): PodNetwork {
  const { nodes, network, underlay } = topology;
  const { podCIDR } = network;
  const flannel = { podCIDR, underlayMtu: underlay.mtu, options };
  const delegated = {
    podCIDR,
    underlayMtu: underlay.mtu,
    options: {
      mode: "routed",
      bridge: "cni0",
      hairpin: true,
      // flanneld does it.
      masquerade: false,
      mtu: podMtu(flannel),
    },
  } as const;
  const addresses = nodeAddresses(nodes);
  const add = (node: TopologyNode, pod: PodIdentity): WiredPod => {
    const address = addresses.allocate(node, pod);
    const plan = planPod(node, { ...pod, address }, delegated);
    const toPods = { to: podCIDR, via: gatewayOf(node), device: "eth0" };
    return { addresses: [address], plans: [{ ...plan, routes: [...(plan.routes ?? []), toPods] }] };
  };
  return {
    node: (node) => {
      const bridge = planBridge(node, [node], delegated).plan;
      const tunnel = planNode(node, members.nodes, flannel);
      return {
        plan: {
          ...tunnel,
          ...(bridge.sysctls !== undefined && { sysctls: bridge.sysctls }),
          // The tunnel first: the kernel lists it first, and a hop shows the first address it finds.
          links: [...(tunnel.links ?? []), ...(bridge.links ?? [])],
          addresses: [...(tunnel.addresses ?? []), ...(bridge.addresses ?? [])],
        },
        iptables: renderIptablesRules(node, flannel),
      };
    },
    add,
    remove: (node, pod) => {
      addresses.release(node, pod);
      return { device: hostEndOf(pod) };
    },
  };
}
