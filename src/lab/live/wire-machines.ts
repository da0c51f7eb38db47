import { CleanupStack } from "../../base/cleanup-stack.ts";
import { ipsetRestore, iptablesRestore } from "../../kernel/rules.ts";
import type { Topology } from "../../topology/topology.ts";
import { planDualFabric } from "../fabric/plan-dual-fabric.ts";
import { type Machines, plainView } from "./machines.ts";
import type { PodNetwork } from "./pod-network.ts";
import { resolvConfs } from "./resolvers.ts";

/**
 * Makes every machine of the topology, wires them, and lays what the pod network needs on each node.
 *
 * @returns what runs on them from now on, such as routing daemons.
 * @throws KernelError, ProgramError of what is refused.
 */
export async function wireMachines(
  topology: Topology,
  network: PodNetwork,
  machines: Machines,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  await using running = new CleanupStack();
  const fabric = planDualFabric(topology);
  const resolvConfByName = resolvConfs(topology);
  for (const name of fabric.netns) {
    machines.create(name, plainView(name, resolvConfByName.get(name)));
  }
  const wirings = topology.nodes.map((node) => ({ node, ...network.node(node) }));
  const nodePlans = wirings.map(({ plan }) => plan);
  await machines.apply([...fabric.plans, ...nodePlans, ...(network.routers ?? [])], signal);
  const rules = wirings.map(async ({ node, ipset, iptables, ip6tables = "" }) => {
    // biome-ignore lint/nursery/useDisposables: the machines own it.
    const netns = machines.netns(node.name);
    // The rules name the sets.
    if (ipset !== undefined) await ipsetRestore(netns, ipset);
    if (iptables !== "") await iptablesRestore(netns, iptables);
    if (ip6tables !== "") await iptablesRestore(netns, ip6tables, "ipv6");
  });
  const started = async (): Promise<void> => {
    if (network.start !== undefined) running.use(await network.start(machines, signal));
  };
  await Promise.all([started(), ...rules]);
  return running.move();
}
