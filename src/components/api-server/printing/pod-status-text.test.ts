import test from "ava";
import type { ContainerStatus, Pod, PodStatus } from "../../../api/objects/pod.ts";
import { summarizePod } from "./pod-status-text.ts";

function container(name: string, given: Partial<ContainerStatus>): ContainerStatus {
  const rest = {
    image: "x",
    imageID: "x",
    ready: false,
    restartCount: 0,
    state: {},
    lastState: {},
  };
  return { name, ...rest, ...given };
}

const running = { running: { startedAt: "2026-11-28T10:00:00Z" } };
const done = { terminated: { exitCode: 0, reason: "Completed" } };
const failed = { terminated: { exitCode: 1, reason: "Error" } };

interface Row {
  readonly title: string;
  readonly status?: PodStatus;
  readonly init?: ReadonlyArray<"init" | "sidecar">;
  readonly containers?: number;
  readonly isDeleted?: boolean;
  readonly summary: string;
}

const rows: readonly Row[] = [
  {
    title: "a pod that nothing is known of yet shows its phase",
    status: { phase: "Pending" },
    summary: "0/1 Pending 0",
  },
  {
    title: "containers being made",
    status: {
      phase: "Pending",
      containerStatuses: [container("c0", { state: { waiting: { reason: "ContainerCreating" } } })],
    },
    summary: "0/1 ContainerCreating 0",
  },
  {
    title: "all ready",
    status: {
      phase: "Running",
      containerStatuses: [container("c0", { ready: true, state: running })],
    },
    summary: "1/1 Running 0",
  },
  {
    title: "one of two not ready",
    containers: 2,
    status: {
      phase: "Running",
      containerStatuses: [
        container("c0", { ready: true, state: running }),
        container("c1", { state: running }),
      ],
    },
    summary: "1/2 Running 0",
  },
  {
    title: "restarts are added up, and the last is remembered",
    containers: 2,
    status: {
      phase: "Running",
      containerStatuses: [
        container("c0", {
          ready: true,
          state: running,
          restartCount: 2,
          lastState: { terminated: { exitCode: 1, finishedAt: "2026-11-28T09:00:00Z" } },
        }),
        container("c1", {
          ready: true,
          state: running,
          restartCount: 1,
          lastState: { terminated: { exitCode: 1, finishedAt: "2026-11-28T09:30:00Z" } },
        }),
      ],
    },
    summary: "2/2 Running 3 2026-11-28T09:30:00Z",
  },
  {
    title: "a container that keeps ending",
    status: {
      phase: "Running",
      containerStatuses: [
        container("c0", { restartCount: 4, state: { waiting: { reason: "CrashLoopBackOff" } } }),
      ],
    },
    summary: "0/1 CrashLoopBackOff 4",
  },
  {
    title: "a container that failed",
    status: { phase: "Failed", containerStatuses: [container("c0", { state: failed })] },
    summary: "0/1 Error 0",
  },
  {
    title: "a container that failed without a reason shows its exit code",
    status: {
      phase: "Failed",
      containerStatuses: [container("c0", { state: { terminated: { exitCode: 7 } } })],
    },
    summary: "0/1 ExitCode:7 0",
  },
  {
    title: "a container that a signal ended shows it",
    status: {
      phase: "Failed",
      containerStatuses: [container("c0", { state: { terminated: { exitCode: 137, signal: 9 } } })],
    },
    summary: "0/1 Signal:9 0",
  },
  {
    title: "a pod that has done its work",
    status: { phase: "Succeeded", containerStatuses: [container("c0", { state: done })] },
    summary: "0/1 Completed 0",
  },
  {
    title: "one container done, one running, in a pod that is ready",
    containers: 2,
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [
        container("c0", { state: done }),
        container("c1", { ready: true, state: running }),
      ],
    },
    summary: "1/2 Running 0",
  },
  {
    title: "one container done, one running, in a pod that is not ready",
    containers: 2,
    status: {
      phase: "Running",
      containerStatuses: [
        container("c0", { state: done }),
        container("c1", { ready: true, state: running }),
      ],
    },
    summary: "1/2 NotReady 0",
  },
  {
    title: "the status' own reason goes before the phase",
    status: { phase: "Failed", reason: "Evicted" },
    summary: "0/1 Evicted 0",
  },
  {
    title: "a pod that gates keep from being scheduled",
    status: {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }],
    },
    summary: "0/1 SchedulingGated 0",
  },
  {
    title: "the first of two init containers runs",
    init: ["init", "init"],
    status: {
      phase: "Pending",
      initContainerStatuses: [
        container("i0", { state: running }),
        container("i1", { state: { waiting: { reason: "PodInitializing" } } }),
      ],
      containerStatuses: [container("c0", { state: { waiting: { reason: "PodInitializing" } } })],
    },
    summary: "0/1 Init:0/2 0",
  },
  {
    title: "the second of two init containers waits",
    init: ["init", "init"],
    status: {
      phase: "Pending",
      initContainerStatuses: [
        container("i0", { state: done, ready: true }),
        container("i1", { state: { waiting: { reason: "PodInitializing" } } }),
      ],
    },
    summary: "0/1 Init:1/2 0",
  },
  {
    title: "an init container that keeps failing",
    init: ["init"],
    status: {
      phase: "Pending",
      initContainerStatuses: [
        container("i0", { restartCount: 3, state: { waiting: { reason: "CrashLoopBackOff" } } }),
      ],
    },
    summary: "0/1 Init:CrashLoopBackOff 3",
  },
  {
    title: "an init container that failed",
    init: ["init"],
    status: {
      phase: "Failed",
      initContainerStatuses: [container("i0", { state: failed })],
    },
    summary: "0/1 Init:Error 0",
  },
  {
    title: "init containers done, containers being made",
    init: ["init"],
    status: {
      phase: "Pending",
      initContainerStatuses: [container("i0", { state: done, restartCount: 2 })],
      containerStatuses: [container("c0", { state: { waiting: { reason: "PodInitializing" } } })],
    },
    summary: "0/1 PodInitializing 0",
  },
  {
    title: "a sidecar is counted with the containers",
    init: ["sidecar"],
    status: {
      phase: "Running",
      conditions: [{ type: "Initialized", status: "True" }],
      initContainerStatuses: [
        container("i0", { ready: true, started: true, state: running, restartCount: 1 }),
      ],
      containerStatuses: [container("c0", { ready: true, state: running })],
    },
    summary: "2/2 Running 1",
  },
  {
    title: "a pod that is being shut down",
    isDeleted: true,
    status: {
      phase: "Running",
      containerStatuses: [container("c0", { ready: true, state: running })],
    },
    summary: "1/1 Terminating 0",
  },
  {
    title: "a pod that is being shut down on a node that is lost",
    isDeleted: true,
    status: { phase: "Running", reason: "NodeLost" },
    summary: "0/1 Unknown 0",
  },
];

function podOf({ status, init = [], containers = 1, isDeleted = false }: Row): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", ...(isDeleted && { deletionTimestamp: "2026-11-28T10:00:00Z" }) },
    spec: {
      initContainers: init.map((role, index) => ({
        name: `i${index}`,
        ...(role === "sidecar" && { restartPolicy: "Always" as const }),
      })),
      containers: Array.from({ length: containers }, (_, index) => ({ name: `c${index}` })),
    },
    ...(status && { status }),
  };
}

for (const row of rows) {
  test(`pod status: ${row.title}: ${row.summary}`, (t) => {
    const { readyContainers, totalContainers, reason, restarts, lastRestart } = summarizePod(
      podOf(row),
    );
    const words = [`${readyContainers}/${totalContainers}`, reason, restarts, lastRestart];
    t.is(words.filter((word) => word !== undefined).join(" "), row.summary);
  });
}
