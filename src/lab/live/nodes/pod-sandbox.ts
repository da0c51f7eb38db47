/** Where a pod's containers run: a netns with its wire, or the node's own. */
import { keyOf } from "../../../api/objects/meta.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import { portMappingsOf } from "../../../api/pods/port-mapping.ts";
import { beforeAbort } from "../../../base/before-abort.ts";
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import type { PodSandbox } from "../../../components/kubelet/kubelet-host.ts";
import { announceAddress } from "../../../kernel/sockets/announce-address.ts";
import { familyOf, type IpAddress } from "../../../net/ip-address.ts";
import type { TopologyNode } from "../../../topology/topology.ts";
import { linkDelete } from "../../../wire/netlink/devices/link.ts";
import { planPodNetns } from "../containers/pod-netns-plan.ts";
import { type Machines, plainView } from "../machines/machines.ts";
import type { PodNetwork } from "../networks/pod-network.ts";
import { podNetns } from "../places/places.ts";
import type { HostPorts } from "./host-ports.ts";
import type { NodeWirings } from "./node-wirings.ts";

export interface PodSandboxOptions {
  readonly node: TopologyNode;
  readonly machines: Machines;
  readonly network: PodNetwork;
  readonly wirings: Pick<NodeWirings, "update">;
  /** Resolves when the node's rules hold whatever policies select the pod: before that it has no wire. */
  readonly protect: (pod: Pod, addresses: readonly IpAddress[]) => Promise<void>;
  readonly hostPorts: Pick<HostPorts, "add" | "remove">;
}

/** Routes take no such time: a pod that ends must not wait for ever. */
const REWIRE_MS = 10_000;

/** Of a pod with `hostNetwork`. */
export function nodeSandbox({ addresses }: TopologyNode): PodSandbox {
  return { podIPs: addresses, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** When it rejects, nothing of the pod is left on the node. */
export async function podSandbox(
  pod: Pod,
  { node, machines, network, wirings, protect, hostPorts }: PodSandboxOptions,
  signal: AbortSignal,
): Promise<PodSandbox> {
  const { namespace, name } = keyOf(pod);
  const netnsName = podNetns({ namespace, name });
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.create(netnsName, plainView(name));
  const identity = {
    ...{ namespace, name, netns: netnsName },
    portMappings: portMappingsOf(pod),
  };
  const remove = async (): Promise<void> => {
    await hostPorts.remove(identity);
    const { device, rewires = false } = await network.remove(node, identity);
    // The netns would take it along, but a moment later, and its name may be wanted again at once.
    if (device !== undefined && machines.has(node.name)) {
      machines.netlink(node.name).apply([linkDelete(device)]);
    }
    await machines.remove(netnsName);
    if (rewires && machines.has(node.name)) await wirings.update(AbortSignal.timeout(REWIRE_MS));
  };
  try {
    const wired = await network.add(node, identity, signal);
    const { addresses, plans, announce, rewires = false } = wired;
    if (rewires) await wirings.update(signal);
    await beforeAbort(protect(pod, addresses), signal);
    const families = node.addresses.map(familyOf);
    await machines.apply([planPodNetns(netnsName, families), ...plans], signal);
    const [address] = addresses;
    if (announce !== undefined && address !== undefined) {
      announceAddress(netns, { ...announce, address });
    }
    await hostPorts.add(identity, plans);
    return { podIPs: addresses, [Symbol.asyncDispose]: remove };
  } catch (error) {
    try {
      await using undoing = new CleanupStack();
      undoing.defer(() => machines.remove(netnsName));
      undoing.defer(() => network.remove(node, identity));
      undoing.defer(() => hostPorts.remove(identity));
    } catch {
      // A plugin that could not wire the pod can often not undo it either: what it said first tells more.
    }
    throw error;
  }
}
