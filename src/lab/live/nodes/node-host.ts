/** One node as its kubelet needs it: makes pod sandboxes, starts containers, connects for probes. */
import { createHash } from "node:crypto";
import { keyOf } from "../../../api/objects/meta.ts";
import type {
  KubeletHost,
  RunningContainer,
  StartContainerRequest,
} from "../../../components/kubelet/kubelet-host.ts";
import { connectTcp } from "../../../kernel/sockets/tcp.ts";
import { ipAddress } from "../../../net/ip-address.ts";
import { ContainerOutput, type LiveContainers } from "../containers/live-container.ts";
import { type PlayOptions, playContainer } from "../containers/play-container.ts";
import { VolumeFolders } from "../containers/volume-folder.ts";
import { podNetns } from "../places/places.ts";
import { nodeSandbox, type PodSandboxOptions, podSandbox } from "./pod-sandbox.ts";

export interface NodeHostOptions extends PodSandboxOptions, PlayOptions {
  readonly containers: LiveContainers;
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
  const { running, ...access } = await playContainer(id, netns, { request, output }, options);
  const { exited } = running;
  const { workingDir, stdinOnce = false } = container;
  containers.add(podUid, container.name, {
    environment,
    ...access,
    workingDir,
    stdinOnce,
    output,
    exited,
  });
  return running;
}

/** In the form of `status.containerStatuses[].containerID`; the same in every run of a lab. */
function containerId({ pod, container, attempt }: StartContainerRequest): string {
  const { uid = "" } = pod.metadata;
  const digest = createHash("sha256").update(`${uid}\0${container.name}\0${attempt}`).digest("hex");
  return `podwire://${digest}`;
}
