import test from "ava";
import { findCondition } from "../../../api/conditions.ts";
import type { Pod, PodSpec } from "../../../api/objects/pod.ts";
import { qosClass } from "../../../api/pods/qos-class.ts";
import {
  type ContainerRecord,
  initialRecords,
  withEnd,
  withProbeResult,
  withStart,
  withStartError,
} from "../containers/container-record.ts";
import { nodeStatus } from "./node-status.ts";
import { podStatus } from "./pod-status.ts";

const startMs = Date.UTC(2026, 10, 21);
const nowMs = startMs + 5_000;

function pod(spec: Partial<PodSpec> = {}, status?: Pod["status"]): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-1", namespace: "default", uid: "u-1" },
    spec: { containers: [{ name: "web", image: "nginx" }], ...spec },
    ...(status !== undefined && { status }),
  };
}

function status(object: Pod, change: (record: ContainerRecord) => ContainerRecord) {
  return podStatus(object, {
    records: initialRecords(object).map(change),
    podIPs: ["10.244.0.2"],
    hasSandbox: true,
    hostIPs: ["192.168.0.16"],
    firstSeenAtMs: startMs,
    nowMs,
  });
}

const running = (record: ContainerRecord): ContainerRecord =>
  withStart(record, "podwire://c1", startMs);
const crashed = (record: ContainerRecord): ContainerRecord =>
  withEnd(running(record), {
    id: "c1",
    exitCode: 1,
    message: "listen tcp :80: bind: address already in use",
    startedAtMs: startMs,
    endedAtMs: nowMs,
  });

/** `Ready=False ContainersNotReady: containers with …`, one per line. */
function describe({ conditions = [] }: NonNullable<Pod["status"]>): readonly string[] {
  return conditions.map(({ type, status: value, reason, message }) =>
    [`${type}=${value}`, reason, message].filter((part) => part !== undefined).join(" | "),
  );
}

test("a pod that runs says so as the real kubelet does", (t) => {
  const stamp = "2026-11-21T00:00:05Z";
  t.deepEqual(status(pod(), running), {
    phase: "Running",
    conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"].map(
      (type) => ({ type, status: "True", lastTransitionTime: stamp }),
    ),
    hostIP: "192.168.0.16",
    hostIPs: [{ ip: "192.168.0.16" }],
    podIP: "10.244.0.2",
    podIPs: [{ ip: "10.244.0.2" }],
    startTime: "2026-11-21T00:00:00Z",
    containerStatuses: [
      {
        name: "web",
        image: "nginx",
        imageID: "",
        containerID: "podwire://c1",
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: "2026-11-21T00:00:00Z" } },
        lastState: {},
      },
    ],
    qosClass: "BestEffort",
  });
});

test("a container that is not ready is named", (t) => {
  const spec = { containers: [{ name: "web", readinessProbe: { grpc: { port: 80 } } }] };
  t.deepEqual(describe(status(pod(spec), running)), [
    "PodReadyToStartContainers=True",
    "Initialized=True",
    "Ready=False | ContainersNotReady | containers with unready status: [web]",
    "ContainersReady=False | ContainersNotReady | containers with unready status: [web]",
  ]);
  const ready = status(pod(spec), (record) => withProbeResult(running(record), { ready: true }));
  t.is(findCondition(ready.conditions, "Ready")?.status, "True");
});

test("a container is not ready before its startup probe has succeeded", (t) => {
  const spec = { containers: [{ name: "web", startupProbe: { grpc: { port: 80 } } }] };
  t.like(status(pod(spec), running).containerStatuses?.[0], { ready: false, started: false });
});

test("init containers hold the containers back", (t) => {
  const spec = { initContainers: [{ name: "a" }, { name: "b" }] };
  const held = status(pod(spec), (record) =>
    record.container.name === "a"
      ? withEnd(running(record), { id: "c", exitCode: 0, startedAtMs: startMs, endedAtMs: nowMs })
      : record,
  );
  t.is(held.phase, "Pending");
  t.is(
    describe(held)[1],
    "Initialized=False | ContainersNotInitialized | containers with incomplete status: [b]",
  );
  t.is(held.initContainerStatuses?.[0]?.state.terminated?.reason, "Completed");
  t.deepEqual(held.containerStatuses?.[0]?.state, { waiting: { reason: "PodInitializing" } });
});

test("a container that ended once is restarted at once, and shows how it ended", (t) => {
  const { phase, containerStatuses: [web] = [] } = status(pod(), crashed);
  t.is(phase, "Running");
  t.like(web?.state.terminated, {
    exitCode: 1,
    reason: "Error",
    message: "listen tcp :80: bind: address already in use",
    finishedAt: "2026-11-21T00:00:05Z",
  });
});

test("a container that ended twice is in CrashLoopBackOff, with its last end behind it", (t) => {
  const { phase, containerStatuses: [web] = [] } = status(pod(), (record) => {
    const again = withStart(crashed(record), "c2", nowMs);
    return withEnd(again, { id: "c2", exitCode: 1, startedAtMs: nowMs, endedAtMs: nowMs });
  });
  t.is(phase, "Running");
  t.is(web?.restartCount, 1);
  t.deepEqual(web?.state, {
    waiting: {
      reason: "CrashLoopBackOff",
      message: "back-off 10s restarting failed container=web pod=web-1_default(u-1)",
    },
  });
  t.is(web?.lastState.terminated?.exitCode, 1);
});

test("a container that cannot start says why", (t) => {
  const error = { reason: "CreateContainerConfigError", message: 'configmap "x" not found' };
  const { phase, containerStatuses: [web] = [] } = status(pod(), (record) =>
    withStartError(record, error),
  );
  t.is(phase, "Pending");
  t.deepEqual(web?.state, { waiting: error });
});

test("a pod that has done its work is Succeeded, and not ready", (t) => {
  const done = status(pod({ restartPolicy: "Never" }), (record) =>
    withEnd(running(record), { id: "c", exitCode: 0, startedAtMs: startMs, endedAtMs: nowMs }),
  );
  t.is(done.phase, "Succeeded");
  t.deepEqual(describe(done).slice(1), [
    "Initialized=True | PodCompleted",
    "Ready=False | PodCompleted",
    "ContainersReady=False | PodCompleted",
  ]);
});

test("what others wrote is kept, and times change only with what they are about", (t) => {
  const scheduled = { type: "PodScheduled", status: "True" } as const;
  const first = status(pod({}, { conditions: [scheduled] }), running);
  const later = podStatus(
    { ...pod(), status: first },
    {
      records: initialRecords(pod()).map(running),
      podIPs: ["10.244.0.2"],
      hasSandbox: true,
      hostIPs: ["192.168.0.16"],
      firstSeenAtMs: nowMs,
      nowMs: nowMs + 60_000,
    },
  );
  t.deepEqual(first.conditions?.[0], scheduled);
  t.deepEqual(later, first);
});

for (const { title, condition, want } of [
  {
    title: "that is not there",
    condition: [],
    want: 'corresponding condition of pod readiness gate "lb" does not exist.',
  },
  {
    title: "that is False",
    condition: [{ type: "lb", status: "False" as const }],
    want: 'the status of pod readiness gate "lb" is not "True", but False',
  },
  { title: "that is True", condition: [{ type: "lb", status: "True" as const }], want: undefined },
]) {
  test(`a readiness gate ${title}`, (t) => {
    const gated = pod({ readinessGates: [{ conditionType: "lb" }] }, { conditions: condition });
    const { conditions } = status(gated, running);
    t.is(findCondition(conditions, "Ready")?.message, want);
    t.is(findCondition(conditions, "ContainersReady")?.status, "True");
  });
}

const both = { cpu: "100m", memory: "64Mi" };

for (const { title, resources, want } of [
  { title: "nothing", resources: undefined, want: "BestEffort" },
  { title: "zeros", resources: { requests: { cpu: "0", memory: "0Mi" } }, want: "BestEffort" },
  { title: "limits alone", resources: { limits: both }, want: "Guaranteed" },
  {
    title: "equal limits and requests",
    resources: { requests: both, limits: both },
    want: "Guaranteed",
  },
  { title: "requests alone", resources: { requests: both }, want: "Burstable" },
  { title: "half of the limits", resources: { limits: { cpu: "1" } }, want: "Burstable" },
] as const) {
  test(`a pod that asks for ${title} is ${want}`, (t) => {
    t.is(qosClass({ containers: [{ name: "c", ...(resources && { resources }) }] }), want);
  });
}

test("a node that is up is Ready, with its address and without pressure", (t) => {
  const facts = {
    name: "node01",
    addresses: ["192.168.0.16"],
    kernelVersion: "6.18.0",
    kubeletVersion: "v1.34.0",
    containerRuntimeVersion: "podwire://0.1.0",
    osImage: "Debian GNU/Linux 12 (bookworm)",
    architecture: "amd64",
    capacity: { cpu: "2", memory: "4Gi", pods: "1000" },
  };
  const first = nodeStatus(facts, undefined, "2026-11-21T00:00:00Z");
  t.deepEqual(
    first.conditions?.map(({ type, status: value, reason }) => `${type}=${value} ${reason}`),
    [
      "MemoryPressure=False KubeletHasSufficientMemory",
      "DiskPressure=False KubeletHasNoDiskPressure",
      "PIDPressure=False KubeletHasSufficientPID",
      "Ready=True KubeletReady",
    ],
  );
  t.like(first, {
    addresses: [{ type: "InternalIP", address: "192.168.0.16" }, { type: "Hostname" }],
  });
  const later = nodeStatus(facts, first, "2026-11-22T00:00:00Z");
  t.is(later.conditions?.[3]?.lastTransitionTime, "2026-11-21T00:00:00Z");
  t.is(later.conditions?.[3]?.lastHeartbeatTime, "2026-11-22T00:00:00Z");
});
