/** One node as its kubelet needs it: makes pod sandboxes, starts containers, connects for probes. */
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { keyOf } from "../../../api/objects/meta.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import { portMappingsOf } from "../../../api/port-mapping.ts";
import { beforeAbort } from "../../../base/before-abort.ts";
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import type {
  KubeletHost,
  PodSandbox,
  RunningContainer,
  StartContainerRequest,
} from "../../../components/kubelet/kubelet-host.ts";
import type { PodResponders } from "../../../components/responder/pod-responders.ts";
import { PortTakenError } from "../../../components/responder/responder.ts";
import type { Place } from "../../../kernel/processes/process.ts";
import { announceAddress } from "../../../kernel/sockets/announce-address.ts";
import { connectTcp, listenTcp } from "../../../kernel/sockets/tcp.ts";
import { udpSocket } from "../../../kernel/sockets/udp.ts";
import { familyOf, type IpAddress, ipAddress } from "../../../net/ip-address.ts";
import type { TopologyNode } from "../../../topology/topology.ts";
import { linkDelete } from "../../../wire/netlink/link.ts";
import {
  ContainerOutput,
  type LiveContainer,
  type LiveContainers,
} from "../containers/live-container.ts";
import { startOciContainer } from "../containers/oci-container.ts";
import { planPodNetns } from "../containers/pod-netns-plan.ts";
import { startProgram } from "../containers/program.ts";
import { rootMounts, VolumeFolders } from "../containers/volume-folder.ts";
import { type Machines, plainView } from "../machines/machines.ts";
import type { PodNetwork } from "../networks/pod-network.ts";
import { podNetns } from "../places/places.ts";
import type { HostPorts } from "./host-ports.ts";
import type { NodeWirings } from "./node-wirings.ts";

export interface NodeHostOptions {
  readonly node: TopologyNode;
  readonly machines: Machines;
  readonly network: PodNetwork;
  readonly wirings: Pick<NodeWirings, "update">;
  readonly responders: PodResponders;
  readonly containers: LiveContainers;
  /**
   * When kube-proxy has written its first rules. On a real node it has long since; here programs wait for it, as
   * CoreDNS would for five seconds, were its first packet to the API server lost.
   */
  readonly firstRules: Promise<void>;
  /** Resolves when the node's rules hold whatever policies select the pod: before that it has no wire. */
  readonly protect: (pod: Pod, addresses: readonly IpAddress[]) => Promise<void>;
  readonly hostPorts: Pick<HostPorts, "add" | "remove">;
  /** True for containers that the built-in responder plays. */
  readonly responds: (image: string) => boolean;
}

/** Routes take no such time: a pod that ends must not wait for ever. */
const REWIRE_MS = 10_000;

/** Every address of the netns: where there is IPv6, those of both families. */
function anyAddressOf({ addresses }: TopologyNode): IpAddress {
  return ipAddress(addresses.some((own) => familyOf(own) === "ipv6") ? "::" : "0.0.0.0");
}

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

function nodeSandbox({ addresses }: TopologyNode): PodSandbox {
  return { podIPs: addresses, [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function podSandbox(
  pod: Pod,
  { node, machines, network, wirings, protect, hostPorts }: NodeHostOptions,
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

async function startContainer(
  request: StartContainerRequest,
  options: NodeHostOptions,
): Promise<RunningContainer> {
  const { node, machines, containers } = options;
  const { pod, container, hostname, hostsFile, resolvConf, environment } = request;
  const netns = pod.spec.hostNetwork === true ? node.name : podNetns(keyOf(pod));
  if (pod.spec.hostNetwork !== true) {
    machines.setView(netns, { hostname, resolvConf, hosts: hostsFile });
    if (request.role !== "init") machines.setEnvironment(netns, environment);
  }
  const podUid = pod.metadata.uid ?? "";
  const id = containerId(request);
  const output = new ContainerOutput(containers.logs.begin(podUid, container.name));
  const { running, ...access } = await play(id, netns, { request, output }, options);
  const { exited } = running;
  const { workingDir, stdinOnce = false } = container;
  containers.add(podUid, container.name, {
    ...access,
    environment,
    workingDir,
    stdinOnce,
    output,
    exited,
  });
  return running;
}

interface Role {
  readonly request: StartContainerRequest;
  readonly output: ContainerOutput;
}

async function play(
  id: string,
  netns: string,
  { request, output }: Role,
  options: NodeHostOptions,
): Promise<Started> {
  const { machines, firstRules } = options;
  if (request.player.type !== "responder") await firstRules;
  switch (request.player.type) {
    case "program":
      return startInContainer(id, netns, { request, machines, output });
    case "container": {
      // biome-ignore lint/nursery/useDisposables: the machines own it.
      const home = machines.netns(netns);
      const started = await startOciContainer(id, home, request, output);
      return { ...started, place: () => ({ netns: home }) };
    }
    case "responder":
      return startResponding(id, netns, { request, output }, options);
  }
}

/** A container that runs, and how to get into it. */
type Started = { readonly running: RunningContainer } & Pick<
  LiveContainer,
  "place" | "enter" | "hasProgram" | "stdin" | "terminal"
>;

async function startResponding(
  id: string,
  netnsName: string,
  { request, output }: Role,
  { node, machines, responders, responds }: NodeHostOptions,
): Promise<Started> {
  const { pod, container, hostname } = request;
  const place = (): Place => machines.place(netnsName);
  // What runs to its end before the pod begins needs no port.
  if (request.role === "init") return { running: endedContainer(id), place };
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.netns(netnsName);
  const any = anyAddressOf(node);
  const address = pod.spec.hostNetwork === true ? node.address : any;
  try {
    // biome-ignore lint/nursery/useDisposables: it ends with the container.
    const responder = await responders.start({
      pod,
      container: container.name,
      hostname,
      responds: ({ image = "" }) => responds(image),
      listenTcp: (port) =>
        listenTcp(
          netns,
          { address: any, port, dualStack: true },
          createServer({ allowHalfOpen: true }),
        ),
      // An answer from the unspecified address would leave a node by the address of its way out.
      bindUdp: (port) => udpSocket(netns, { address, port }),
      ownAddresses: () => machines.addressesIn(netnsName),
      say: (line) => output.write("stdout", Buffer.from(`${line}\n`)),
    });
    const running = {
      id,
      exited: responder.exited.then((exitCode) => ({ exitCode })),
      stop: () => responder.end(0),
    };
    return { running, place };
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error;
    // As of a server that cannot have its port: it says so and ends.
    output.write("stderr", Buffer.from(`${error.message}\n`));
    return { running: endedContainer(id, 1, error.message), place };
  }
}

async function startInContainer(
  id: string,
  netns: string,
  {
    request,
    machines,
    output,
  }: {
    readonly request: StartContainerRequest;
    readonly machines: Machines;
    readonly output: ContainerOutput;
  },
): Promise<Started> {
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
    const { stdin, terminal, ...running } = await startProgram(id, place, request, output);
    running.exited.then(dispose, dispose);
    return {
      running,
      place: () => place,
      ...(stdin !== undefined && { stdin }),
      ...(terminal !== undefined && { terminal }),
    };
  } catch (error) {
    dispose();
    output.end();
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
