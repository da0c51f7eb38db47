/** One node as its kubelet needs it: makes pod sandboxes, starts containers, connects for probes. */
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { keyOf } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import type {
  KubeletHost,
  PodSandbox,
  RunningContainer,
  StartContainerRequest,
} from "../../components/kubelet/kubelet-host.ts";
import type { PodResponders } from "../../components/responder/pod-responders.ts";
import { PortTakenError } from "../../components/responder/responder.ts";
import { announceAddress } from "../../kernel/announce-address.ts";
import { connectTcp, listenTcp } from "../../kernel/socket-tcp.ts";
import { udpSocket } from "../../kernel/socket-udp.ts";
import { ipAddress } from "../../net/ip-address.ts";
import type { TopologyNode } from "../../topology/topology.ts";
import { linkDelete } from "../../wire/netlink/link.ts";
import { type Machines, plainView } from "./machines.ts";
import { podNetns } from "./places.ts";
import type { PodNetwork } from "./pod-network.ts";
import { startProgram } from "./program.ts";
import { rootMounts, VolumeFolders } from "./volume-folder.ts";

export interface NodeHostOptions {
  readonly node: TopologyNode;
  readonly machines: Machines;
  readonly network: PodNetwork;
  readonly responders: PodResponders;
  /** True for containers that the built-in responder plays. */
  readonly responds: (image: string) => boolean;
}

/** Every address of the netns. */
const ANY = ipAddress("0.0.0.0");

export function nodeHost(options: NodeHostOptions): KubeletHost {
  const { node, machines } = options;
  const volumes = new VolumeFolders();
  return {
    putVolume: (pod, contents) => volumes.put(pod, contents),
    removeVolumes: (pod) => volumes.remove(pod),
    createSandbox: async (pod, signal) =>
      pod.spec.hostNetwork === true ? nodeSandbox(node) : podSandbox(pod, options, signal),
    startContainer: (request) => startContainer(request, options),
    connectTcp: ({ to, timeoutMs, signal }) =>
      connectTcp(machines.netns(node.name), {
        to: { address: ipAddress(to.address), port: to.port },
        timeoutMs,
        signal,
      }),
  };
}

function nodeSandbox({ address }: TopologyNode): PodSandbox {
  return { podIPs: [address], [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function podSandbox(
  pod: Pod,
  { node, machines, network }: NodeHostOptions,
  signal: AbortSignal,
): Promise<PodSandbox> {
  const { namespace, name } = keyOf(pod);
  const identity = { namespace, name, netns: podNetns({ namespace, name }) };
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.create(identity.netns, plainView(name));
  const remove = async (): Promise<void> => {
    const { device } = network.remove(node, identity);
    // The netns would take it along, but a moment later, and its name may be wanted again at once.
    if (machines.has(node.name)) machines.netlink(node.name).apply([linkDelete(device)]);
    await machines.remove(identity.netns);
  };
  try {
    const { address, plans, announce } = network.add(node, identity);
    await machines.apply(plans, signal);
    if (announce !== undefined) announceAddress(netns, { ...announce, address });
    return { podIPs: [address], [Symbol.asyncDispose]: remove };
  } catch (error) {
    await machines.remove(identity.netns);
    network.remove(node, identity);
    throw error;
  }
}

async function startContainer(
  request: StartContainerRequest,
  { node, machines, responders, responds }: NodeHostOptions,
): Promise<RunningContainer> {
  const { pod, container, player, hostname, hostsFile, resolvConf } = request;
  const name = pod.spec.hostNetwork === true ? node.name : podNetns(keyOf(pod));
  if (pod.spec.hostNetwork !== true) {
    machines.setView(name, { hostname, resolvConf, hosts: hostsFile });
    if (request.role !== "init") machines.setEnvironment(name, request.environment);
  }
  const id = containerId(request);
  if (player.type === "program") return startInContainer(id, name, request, machines);
  // What runs to its end before the pod begins needs no port.
  if (request.role === "init") return endedContainer(id);
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.netns(name);
  const address = pod.spec.hostNetwork === true ? node.address : ANY;
  try {
    // biome-ignore lint/nursery/useDisposables: it ends with the container.
    const responder = await responders.start({
      pod,
      container: container.name,
      hostname,
      responds: ({ image = "" }) => responds(image),
      listenTcp: (port) =>
        listenTcp(netns, { address: ANY, port }, createServer({ allowHalfOpen: true })),
      // An answer from the unspecified address would leave a node by the address of its way out.
      bindUdp: (port) => udpSocket(netns, { address, port }),
    });
    return {
      id,
      exited: responder.exited.then((exitCode) => ({ exitCode })),
      stop: () => responder.end(0),
    };
  } catch (error) {
    // As of a server that cannot have its port: it says so and ends.
    if (error instanceof PortTakenError) return endedContainer(id, 1, error.message);
    throw error;
  }
}

async function startInContainer(
  id: string,
  netns: string,
  request: StartContainerRequest,
  machines: Machines,
): Promise<RunningContainer> {
  const { pod, hostname, resolvConf, hostsFile, mounts } = request;
  // biome-ignore lint/nursery/useDisposables: it ends with the container.
  const place = machines.containerPlace(netns, {
    id: id.replace(/^.*\//, ""),
    view: { hostname, resolvConf, hosts: hostsFile },
    mounts: rootMounts(mounts),
    network: pod.spec.hostNetwork === true ? "the node's" : "own",
  });
  const dispose = (): void => place[Symbol.dispose]();
  try {
    const running = await startProgram(id, place, request);
    running.exited.then(dispose, dispose);
    return running;
  } catch (error) {
    dispose();
    throw error;
  }
}

function endedContainer(id: string, exitCode = 0, message?: string): RunningContainer {
  const exit = { exitCode, ...(message !== undefined && { message }) };
  return { id, exited: Promise.resolve(exit), stop: () => Promise.resolve() };
}

/** In the form of `status.containerStatuses[].containerID`; the same in every run of a lab. */
function containerId({ pod, container, attempt }: StartContainerRequest): string {
  const { uid = "" } = pod.metadata;
  const digest = createHash("sha256").update(`${uid}\0${container.name}\0${attempt}`).digest("hex");
  return `podwire://${digest}`;
}
