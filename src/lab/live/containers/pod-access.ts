/** The way into pods for clients of the API server: what the kubelets of all nodes do for it. */
import type { Duplex } from "node:stream";
import { keyOf } from "../../../api/objects/meta.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type {
  LogRequest,
  PodRuntime,
} from "../../../components/api-server/streaming/pod-runtime.ts";
import { readLog } from "../../../components/kubelet/logs/read-log.ts";
import { connectTcp } from "../../../kernel/sockets/tcp.ts";
import { ipAddress } from "../../../net/ip-address.ts";
import type { Machines } from "../machines/machines.ts";
import { podNetns } from "../places/places.ts";
import type { LiveContainers } from "./live-container.ts";
import { attachTo, execInContainer } from "./run-in-container.ts";

const CONNECT_MS = 10_000;

export function podAccess(containers: LiveContainers, machines: Machines): PodRuntime {
  const find = ({ pod, container }: { readonly pod: Pod; readonly container: string }) =>
    containers.find(pod.metadata.uid ?? "", container);
  return {
    exec: (request) => {
      const container = find(request);
      return container && (() => execInContainer(container, request));
    },
    attach: (request) => {
      const container = find(request);
      return container && (() => attachTo(container, request));
    },
    connect: (pod, port, signal) => connectInPod(machines, pod, port, signal),
    log: (request, signal) => logOf(containers, request, signal),
  };
}

async function connectInPod(
  machines: Machines,
  pod: Pod,
  port: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const { nodeName = "", hostNetwork = false } = pod.spec;
  const name = hostNetwork ? nodeName : podNetns(keyOf(pod));
  if (!machines.has(name)) throw new Error(`network namespace for pod is closed`);
  try {
    return await connectTcp(machines.netns(name), {
      to: { address: ipAddress("127.0.0.1"), port },
      timeoutMs: CONNECT_MS,
      signal,
      allowHalfOpen: true,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = `failed to connect to localhost:${port} inside namespace ${JSON.stringify(name)}`;
    throw new Error(`${what}: ${why}`, { cause: error });
  }
}

function logOf(
  { logs }: LiveContainers,
  { pod, container, which, tailLines, sinceMs, limitBytes, follow, timestamps }: LogRequest,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> | undefined {
  const log = logs.find(pod.metadata.uid ?? "", container, which);
  if (log === undefined) return undefined;
  const options = {
    follow,
    timestamps,
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(limitBytes !== undefined && { limitBytes }),
  };
  return readLog(log, options, signal);
}
