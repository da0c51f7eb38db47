/** `podwire logs`: of a component of the lab, or of containers. */
import { keyOf } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { readLog } from "../../components/kubelet/logs/read-log.ts";
import { formatWhere } from "../../topology/where/format-where.ts";
import type { PodPlace, WorkloadPlace } from "../../topology/where/where.ts";
import type { LogsEvent, LogsRequest } from "../control/protocol.ts";
import type { LiveLab } from "../live/live-lab.ts";
import { RunError } from "../live/run-error.ts";
import type { LabLog } from "./lab-log.ts";
import { parsePlace } from "./parse-request.ts";

/** Those that log, and on which nodes is said by `--node`. CoreDNS runs in containers. */
const components: readonly string[] = [
  ...["api-server", "scheduler", "deployment", "replica-set", "stateful-set", "daemon-set"],
  ...["endpoint-slice", "endpoints", "endpoints-mirroring", "namespace", "pod-lifecycle"],
  ...["service-account", "load-balancer", "kubelet", "kube-proxy", "network-policy", "responder"],
  "host",
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
  const known = componentsOf(lab);
  if (known.includes(asked)) {
    if (node !== undefined) lab.places.machine({ type: "node", name: node });
    for await (const record of labLog.read({ component: asked, node }, { tail, follow }, signal)) {
      emit({ record });
    }
    return;
  }
  const runs = containersOf(lab, placeOf(asked, known), container);
  const options = {
    follow: follow === true,
    timestamps: timestamps === true,
    ...(tail !== undefined && { tailLines: tail }),
  };
  const which = previous === true ? "previous" : "current";
  const { logs } = lab.cluster.containers;
  const found = runs.flatMap(({ pod, name }) => {
    const log = logs.find(pod.metadata.uid ?? "", name, which);
    return log === undefined ? [] : [{ pod, name, log }];
  });
  if (found.length === 0 && which === "previous") {
    throw new RunError("RUN_NO_SUCH_PLACE", `${asked}: no container has ended before`);
  }
  await Promise.all(
    found.map(async ({ pod, name, log }) => {
      const { namespace, name: podName } = keyOf(pod);
      const from = runs.length === 1 ? {} : { from: `${namespace}/${podName}/${name}` };
      for await (const piece of readLog(log, options, signal)) {
        emit({ text: Buffer.from(piece).toString("utf8"), ...from });
      }
    }),
  );
}

function componentsOf({ request }: LiveLab): readonly string[] {
  return request.topology.controlPlane.store === "etcd" ? [...components, "etcd"] : components;
}

function containersOf(
  { places }: LiveLab,
  place: PodPlace | WorkloadPlace,
  wanted: string | undefined,
): ReadonlyArray<{ readonly pod: Pod; readonly name: string }> {
  const found = places
    .pods(place)
    .flatMap((pod) =>
      [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
        .filter(({ name }) => wanted === undefined || name === wanted)
        .map(({ name }) => ({ pod, name })),
    );
  if (found.length > 0) return found;
  const message = `${formatWhere(place)} has no container ${wanted ?? ""}`;
  throw new RunError("RUN_NO_SUCH_PLACE", message.trimEnd());
}

function placeOf(asked: string, known: readonly string[]): PodPlace | WorkloadPlace {
  const text = asked === "coredns" ? coreDns : asked;
  const place = text.includes("/") ? parsePlace(text) : undefined;
  if (place?.type === "pod" || place?.type === "workload") return place;
  throw new RunError("RUN_NO_SUCH_PLACE", `nothing that logs is called ${asked}`, {
    hint: `name a pod or a workload, or one of ${["coredns", ...known].join(", ")}`,
  });
}
