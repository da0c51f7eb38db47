import type { Need } from "../../kernel/need.ts";
import type { Topology } from "../../topology/topology.ts";

/** What a lab of this topology asks of the kernel that many kernels lack. */
export function unusualNeeds({ nodes }: Pick<Topology, "nodes">): readonly Need[] {
  return nodes.some(({ proxy }) => proxy.mode === "ipvs") ? ["kube-proxy mode ipvs"] : [];
}
