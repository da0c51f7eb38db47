/** `podwire logs`: of a component of the lab, or of containers. */
import { keyOf } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import { readLog } from "../../components/kubelet/logs/read-log.ts";
import type { PodPlace, WorkloadPlace } from "../../topology/where.ts";
import type { LiveLab } from "../live/live-lab.ts";
import { RunError } from "../live/run-error.ts";
import type { LogsEvent, LogsRequest } from "../protocol.ts";
import type { LabLog } from "./lab-log.ts";
import { parsePlace } from "./parse-request.ts";

/** Those that log, and on which nodes is said by `--node`. CoreDNS runs in containers. */
const components: readonly string[] = [
  ...["api-server", "scheduler", "deployment", "replica-set", "stateful-set", "daemon-set"],
  ...["endpoint-slice", "endpoints", "endpoints-mirroring", "namespace", "pod-lifecycle"],
  ...["service-account", "load-balancer", "kubelet", "kube-proxy", "network-policy", "responder"],
  ...["host", "etcd"],
];
const coreDns = "deploy/kube-system/coredns";

export interface LogSources {
  readonly lab: LiveLab;
  readonly labLog: LabLog;
}

/** Resolves when there is no more, or the caller has gone. @throws RunError when nothing is called so. */
export async function tellLogs(
  { lab, labLog }: LogSources,
  { of: asked, node, container, tail, follow, timestamps, previous }: LogsRequest,
  emit: (event: LogsEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  if (components.includes(asked)) {
    for await (const record of labLog.read({ component: asked, node }, { tail, follow }, signal)) {
      emit({ record });
    }
    return;
  }
  const runs = containersOf(lab, asked === "coredns" ? coreDns : asked, container);
  const options = {
    follow: follow === true,
    timestamps: timestamps === true,
    ...(tail !== undefined && { tailLines: tail }),
  };
  const which = previous === true ? "previous" : "current";
  await Promise.all(
    runs.map(async ({ pod, name }) => {
      const log = lab.cluster.containers.logs.find(pod.metadata.uid ?? "", name, which);
      if (log === undefined) return;
      const { namespace, name: podName } = keyOf(pod);
      const from = runs.length === 1 ? {} : { from: `${namespace}/${podName}/${name}` };
      for await (const piece of readLog(log, options, signal)) {
        emit({ text: Buffer.from(piece).toString("utf8"), ...from });
      }
    }),
  );
}

function containersOf(
  { places }: LiveLab,
  asked: string,
  wanted: string | undefined,
): ReadonlyArray<{ readonly pod: Pod; readonly name: string }> {
  const found = places
    .pods(podPlace(asked))
    .flatMap((pod) =>
      [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
        .filter(({ name }) => wanted === undefined || name === wanted)
        .map(({ name }) => ({ pod, name })),
    );
  if (found.length > 0) return found;
  throw new RunError("RUN_NO_SUCH_PLACE", `${asked} has no container ${wanted ?? ""}`.trimEnd());
}

function podPlace(asked: string): PodPlace | WorkloadPlace {
  const place = asked.includes("/") ? parsePlace(asked) : undefined;
  if (place?.type === "pod" || place?.type === "workload") return place;
  throw new RunError("RUN_NO_SUCH_PLACE", `nothing that logs is called ${asked}`, {
    hint: `name a pod or a workload, or one of ${["coredns", ...components].join(", ")}`,
  });
}
