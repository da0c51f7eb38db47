import { CleanupStack } from "../../../base/cleanup-stack.ts";
import type { Topology } from "../../../topology/topology.ts";
import { planDualFabric } from "../../fabric/plan-dual-fabric.ts";
import type { PodNetwork } from "../networks/pod-network.ts";
import type { NodeWirings } from "../nodes/node-wirings.ts";
import { type Machines, plainView } from "./machines.ts";
import { resolvConfs } from "./resolvers.ts";

interface Wires {
  readonly network: PodNetwork;
  readonly machines: Machines;
  readonly wirings: NodeWirings;
}

/**
 * Makes every machine of the topology, wires them, and lays what the pod network needs on each node.
 *
 * @returns what runs on them from now on, such as routing daemons.
 * @throws KernelError, ProgramError of what is refused.
 */
export async function wireMachines(
  topology: Topology,
  { network, machines, wirings }: Wires,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  await using running = new CleanupStack();
  const fabric = planDualFabric(topology);
  const resolvConfByName = resolvConfs(topology);
  for (const name of fabric.netns) {
    machines.create(name, plainView(name, resolvConfByName.get(name)));
  }
  await wirings.lay(fabric.plans, signal);
  const started = async (): Promise<void> => {
    if (network.start !== undefined) running.use(await network.start(machines, signal));
  };
  await Promise.all([started(), wirings.loadRules()]);
  return running.move();
}
