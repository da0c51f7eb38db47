/**
 * A pod network of two address families: two of one each, on the same devices. The plans of the second bring
 * their addresses, routes and rules, and those devices that the first has not.
 */
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import type { NetnsPlan } from "../../../kernel/plan/plan.ts";
import type { IpFamily } from "../../../net/ip-address.ts";
import { inFamily } from "../../../topology/in-family.ts";
import type { Topology, TopologyNode } from "../../../topology/topology.ts";
import type { PodNetwork, WiredPod } from "./pod-network.ts";

/** `create` makes the network of a topology with one family. */
export function perFamily(
  topology: Topology,
  create: (topology: Topology) => PodNetwork,
): PodNetwork {
  const [first, second] = topology.network.ipFamilies.map((family) =>
    ofOneFamily(topology, family, create),
  );
  if (first === undefined) throw new RangeError("a cluster has an address family");
  return second === undefined ? first : joined(first, second);
}

/** Whatever node it is asked about, it sees that node's addresses of its own family. */
function ofOneFamily(
  topology: Topology,
  family: IpFamily,
  create: (topology: Topology) => PodNetwork,
): PodNetwork {
  const own = inFamily(topology, family);
  const network = create(own);
  const nodeIn = (node: TopologyNode): TopologyNode =>
    own.nodes.find(({ name }) => name === node.name) ?? node;
  return {
    ...network,
    node: (node) => network.node(nodeIn(node)),
    add: (node, pod, signal) => network.add(nodeIn(node), pod, signal),
    remove: (node, pod) => network.remove(nodeIn(node), pod),
  };
}

function joined(first: PodNetwork, second: PodNetwork): PodNetwork {
  return {
    node: (node) => {
      const own = first.node(node);
      const other = second.node(node);
      return {
        ...own,
        plan: joinedPlan(own.plan, other.plan),
        ip6tables: other.iptables,
        ...(own.ipset !== undefined && { ipset: own.ipset + (other.ipset ?? "") }),
      };
    },
    routers: () => joinedPlans(first.routers?.() ?? [], second.routers?.() ?? []),
    add: async (node, pod, signal) => {
      const own = await first.add(node, pod, signal);
      return joinedPod(own, await second.add(node, pod, signal));
    },
    remove: async (node, pod) => {
      const removed = await first.remove(node, pod);
      const other = await second.remove(node, pod);
      return { ...removed, rewires: removed.rewires === true || other.rewires === true };
    },
    ...joinedDaemons(first, second),
  };
}

function joinedPod(first: WiredPod, second: WiredPod): WiredPod {
  return {
    ...first,
    addresses: [...first.addresses, ...second.addresses],
    rewires: first.rewires === true || second.rewires === true,
    plans: joinedPlans(first.plans, second.plans),
  };
}

function joinedPlans(
  first: readonly NetnsPlan[],
  second: readonly NetnsPlan[],
): readonly NetnsPlan[] {
  const made = new Set(first.flatMap((plan) => devicesOf(plan)));
  return [...first, ...second.map((plan) => without(plan, made))];
}

function joinedPlan(first: NetnsPlan, second: NetnsPlan): NetnsPlan {
  const more = without(second, new Set(devicesOf(first)));
  return {
    ...first,
    sysctls: { ...first.sysctls, ...more.sysctls },
    links: [...(first.links ?? []), ...(more.links ?? [])],
    addresses: [...(first.addresses ?? []), ...(more.addresses ?? [])],
    routes: [...(first.routes ?? []), ...(more.routes ?? [])],
    neighbours: [...(first.neighbours ?? []), ...(more.neighbours ?? [])],
    fdb: [...(first.fdb ?? []), ...(more.fdb ?? [])],
    deviceSysctls: { ...first.deviceSysctls, ...more.deviceSysctls },
  };
}

/** `node01 cni0`. */
function devicesOf({ netns, links = [] }: NetnsPlan): readonly string[] {
  return links.map(({ name }) => `${netns} ${name}`);
}

function without(plan: NetnsPlan, made: ReadonlySet<string>): NetnsPlan {
  const { links = [] } = plan;
  return { ...plan, links: links.filter(({ name }) => !made.has(`${plan.netns} ${name}`)) };
}

type Daemons = Pick<PodNetwork, "start" | "membersChanged" | "daemons" | "converged">;

function joinedDaemons(first: PodNetwork, second: PodNetwork): Daemons {
  const both = [first, second];
  const [daemons] = both.flatMap((network) => network.daemons ?? []);
  const all = both.flatMap((network) => network.daemons ?? []);
  return {
    start: async (machines, signal) => {
      await using running = new CleanupStack();
      for (const network of both) {
        if (network.start !== undefined) running.use(await network.start(machines, signal));
      }
      return running.move();
    },
    membersChanged: async (signal) => {
      await Promise.all(both.map((network) => network.membersChanged?.(signal)));
    },
    ...(daemons !== undefined && {
      daemons: {
        name: daemons.name,
        fail: async (machine) => {
          await Promise.all(all.map((each) => each.fail(machine)));
        },
        heal: async (machine) => {
          await Promise.all(all.map((each) => each.heal(machine)));
        },
      },
    }),
    converged: async (signal) => {
      await Promise.all(both.map((network) => network.converged?.(signal)));
    },
  };
}
