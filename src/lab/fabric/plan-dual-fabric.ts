/** The fabric of a cluster of one address family, or of both: the same machines and wires, and on them what IPv6 needs besides. */
import { speaksBgp } from "../../components/cni-calico/calico-network.ts";
import type { NetnsPlan } from "../../kernel/plan/plan.ts";
import { linkLocalAddress } from "../../net/link-local.ts";
import { inFamily } from "../../topology/in-family.ts";
import type { Topology } from "../../topology/topology.ts";
import { type Fabric, type FabricTopology, planFabric, UNDERLAY } from "./plan-fabric.ts";
import { ipv6RouterSysctls, ipv6Sysctls } from "./sysctls.ts";

export function planDualFabric(topology: Topology): Fabric {
  const [first = "ipv4", ...others] = topology.network.ipFamilies;
  const fabric = planFabric(withLearners(inFamily(topology, first)));
  if (others.length === 0) return fabric;
  const second = planFabric({
    ...withLearners(inFamily(topology, "ipv6")),
    loadBalancer: undefined,
  });
  const hosts = new Set(topology.hosts.map(({ name }) => name));
  const plans = fabric.plans.map((plan) => {
    const more = second.plans.find(({ netns }) => netns === plan.netns);
    // The switches are wires: they have no addresses.
    if (more === undefined || plan.netns === UNDERLAY) return plan;
    return withIpv6(plan, more, hosts.has(plan.netns) ? ipv6Sysctls : ipv6RouterSysctls);
  });
  return { ...fabric, plans };
}

/** A router with an AS number runs a BIRD where the nodes do: it hears of every subnet. */
function withLearners({ underlay, ...topology }: Topology): FabricTopology {
  const { plugin } = topology.network;
  const hasBirds = plugin.type === "calico" && speaksBgp(plugin);
  const routers = underlay.routers.map((router) => ({
    ...router,
    learnsRoutes: hasBirds && router.asNumber !== undefined,
  }));
  return { ...topology, underlay: { ...underlay, routers } };
}

/** Whoever forwards asks for neighbours in its own name, which is its link-local address. */
function withIpv6(
  plan: NetnsPlan,
  { addresses = [], routes = [], neighbours = [] }: NetnsPlan,
  sysctls: Readonly<Record<string, string>>,
): NetnsPlan {
  const own = (plan.links ?? []).flatMap(({ name, mac }) =>
    mac === undefined ? [] : [{ device: name, address: linkLocalAddress(mac) }],
  );
  return {
    ...plan,
    sysctls: { ...plan.sysctls, ...sysctls },
    addresses: [
      ...(plan.addresses ?? []),
      ...addresses,
      ...own.map(({ device, address }) => ({
        device,
        address: { address, prefixLength: 64 },
        scope: "link" as const,
      })),
    ],
    routes: [...(plan.routes ?? []), ...routes],
    neighbours: [...(plan.neighbours ?? []), ...neighbours],
  };
}
