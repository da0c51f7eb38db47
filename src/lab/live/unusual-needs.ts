import type { Need } from "../../kernel/need.ts";
import type { Topology } from "../../topology/topology.ts";

/** What a lab of this topology asks of the kernel that many kernels lack. */
export function unusualNeeds({
  nodes,
  network: { plugin },
}: Pick<Topology, "nodes" | "network">): readonly Need[] {
  const isIpvs = nodes.some(({ proxy }) => proxy.mode === "ipvs");
  const isIpip = plugin.type === "calico" && plugin.encapsulation.startsWith("IPIP");
  return [
    ...(isIpvs ? (["kube-proxy mode ipvs"] as const) : []),
    ...(isIpip ? (["network plugin calico with IPIP"] as const) : []),
  ];
}
