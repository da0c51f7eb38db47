import test from "ava";
import { pino } from "pino";
import type { ConfigMap } from "../../api/objects/cluster.ts";
import type { Pod, PodSpec } from "../../api/objects/pod.ts";
import { isPodReady } from "../../api/pods/pod-state.ts";
import { requestDeletion } from "../../api/requests/deletion.ts";
import { Store } from "../../api/store/store.ts";
import type { Timer } from "../../base/work-queue.ts";
import { Kubelet, type KubeletOptions } from "./kubelet.ts";
import type { ContainerExit, RunningContainer, StartContainerRequest } from "./kubelet-host.ts";

const key = { namespace: "default", name: "web" };

/** One container as the fake host runs it: ends when the test says so, or when it is stopped. */
interface Played {
  readonly request: StartContainerRequest;
  readonly stops: number[];
  readonly end: (exit: ContainerExit) => void;
}

interface Lab {
  readonly store: Store;
  readonly kubelet: Kubelet;
  readonly played: readonly Played[];
  readonly sandboxes: { made: number; removed: number };
  readonly pod: () => Pod | undefined;
  readonly events: () => readonly string[];
  /** Everything that is due by then happens. */
  readonly pass: (ms: number) => Promise<void>;
  readonly settle: () => Promise<void>;
}

interface Wishes {
  readonly host?: Partial<KubeletOptions["host"]>;
  readonly standInFor?: KubeletOptions["standInFor"];
  readonly mintToken?: KubeletOptions["mintToken"];
  /** Whether a container that is told to stop does. @default "obedient" */
  readonly containers?: "obedient" | "stubborn";
}

/** A kubelet on a clock that only the test moves. */
function lab({
  host = {},
  standInFor = () => undefined,
  mintToken = () => undefined,
  containers = "obedient",
}: Wishes = {}): Lab {
  let nowMs = Date.UTC(2026, 10, 21);
  const due = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const timer: Timer = (run, delayMs) => {
    const entry = { atMs: nowMs + delayMs, run };
    due.add(entry);
    return () => due.delete(entry);
  };
  const now = (): number => nowMs;
  const store = new Store({ now });
  const played: Played[] = [];
  const sandboxes = { made: 0, removed: 0 };
  const kubelet = Kubelet.start({
    store,
    log: pino({ level: "silent" }),
    now,
    timer,
    node: {
      name: "node01",
      addresses: ["192.168.0.16"],
      kernelVersion: "6.18",
      kubeletVersion: "v1.34.0",
      containerRuntimeVersion: "podwire://0.1.0",
      osImage: "Linux",
      architecture: "amd64",
      capacity: {},
    },
    clusterDomain: "cluster.local",
    clusterResolver: { address: "10.96.0.10", clusterDomain: "cluster.local" },
    nodeResolver: { nameservers: [], searches: [], options: [] },
    standInFor,
    mintToken,
    host: {
      createSandbox: async () => {
        sandboxes.made++;
        const podIPs = [`10.244.0.${sandboxes.made + 1}`];
        return {
          podIPs,
          [Symbol.asyncDispose]: async () => {
            sandboxes.removed++;
          },
        };
      },
      startContainer: async (request) => play(request, played, containers),
      putVolume: (_pod, { name }) => `/volumes/${name}`,
      removeVolumes: () => undefined,
      connectTcp: () => Promise.reject(new Error("connection refused")),
      ...host,
    },
  });
  const settle = async (): Promise<void> => {
    // An answer that is on its way enqueues only once it has arrived, and a retry waits for the clock.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (ms: number): Promise<void> => {
    const endMs = nowMs + ms;
    for (;;) {
      await settle();
      const [next] = [...due].sort((a, b) => a.atMs - b.atMs).filter(({ atMs }) => atMs <= endMs);
      if (next === undefined) break;
      due.delete(next);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    }
    nowMs = endMs;
    await settle();
  };
  return {
    store,
    kubelet,
    played,
    sandboxes,
    pod: () => store.get("Pod", key),
    events: () =>
      store
        .list("Event")
        .filter(({ involvedObject: { kind } }) => kind === "Pod")
        .map(({ reason, message, count = 1 }) => `${reason} x${count}: ${message}`),
    pass,
    settle,
  };
}

function play(
  request: StartContainerRequest,
  played: Played[],
  manners: "obedient" | "stubborn",
): RunningContainer {
  const stops: number[] = [];
  let end: (exit: ContainerExit) => void = () => undefined;
  const exited = new Promise<ContainerExit>((resolve) => {
    end = resolve;
  });
  played.push({ request, stops, end });
  return {
    id: `c${played.length}`,
    exited,
    stop: async ({ graceMs }) => {
      stops.push(graceMs);
      if (manners === "obedient" || graceMs === 0) end({ exitCode: graceMs === 0 ? 137 : 0 });
      await exited;
    },
  };
}

function create(store: Store, spec: Partial<PodSpec> = {}, namespace = "default"): void {
  store.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...key, namespace },
    spec: { nodeName: "node01", containers: [{ name: "web", image: "nginx" }], ...spec },
  });
}

test("a pod that is bound to the node runs, with its address, and says so", async (t) => {
  const { store, kubelet, played, pod, events, settle } = lab();
  await using _kubelet = kubelet;
  create(store);
  await settle();
  t.like(pod()?.status, { phase: "Running", podIP: "10.244.0.2", hostIP: "192.168.0.16" });
  t.deepEqual(
    played.map(({ request: { player, hostname, attempt } }) => ({ player, hostname, attempt })),
    [{ player: { type: "responder" }, hostname: "web", attempt: 0 }],
  );
  t.regex(played[0]?.request.resolvConf ?? "", /nameserver 10\.96\.0\.10/);
  t.deepEqual(events(), [
    'Pulled x1: Container image "nginx" already present on machine',
    "Created x1: Created container: web",
    "Started x1: Started container web",
  ]);
});

test("the node renews its lease while its kubelet runs, and posts its status now and then", async (t) => {
  const { store, kubelet, pass } = lab();
  const renewed = (): string | undefined =>
    store.get("Lease", { namespace: "kube-node-lease", name: "node01" })?.spec?.renewTime;
  const heard = (): string | undefined =>
    store.get("Node", { namespace: "", name: "node01" })?.status?.conditions?.[0]
      ?.lastHeartbeatTime;
  t.is(renewed(), "2026-11-21T00:00:00.000000Z");
  await pass(10_000);
  t.is(renewed(), "2026-11-21T00:00:10.000000Z");
  t.is(heard(), "2026-11-21T00:00:00Z");
  await pass(290_000);
  t.is(heard(), "2026-11-21T00:05:00Z");
  await kubelet[Symbol.asyncDispose]();
  await pass(60_000);
  t.is(renewed(), "2026-11-21T00:05:00.000000Z");
});

test("a node says that it is ready, once", async (t) => {
  const { store, kubelet } = lab();
  await using _kubelet = kubelet;
  t.deepEqual(
    store.list("Event").map(({ reason, involvedObject: { kind, name } }) => [reason, kind, name]),
    [
      "Starting",
      "NodeHasSufficientMemory",
      "NodeHasNoDiskPressure",
      "NodeHasSufficientPID",
      "NodeReady",
    ].map((reason) => [reason, "Node", "node01"]),
  );
});

test("pods of other nodes and of none are left alone", async (t) => {
  const { store, kubelet, sandboxes, settle } = lab();
  await using _kubelet = kubelet;
  create(store, { nodeName: "node02" });
  await settle();
  t.is(sandboxes.made, 0);
});

test("one status write is enough for a pod without probes", async (t) => {
  const { store, kubelet, pod, settle } = lab();
  await using _kubelet = kubelet;
  create(store);
  let writes = 0;
  store.watch("Pod", () => writes++);
  await settle();
  t.is(pod()?.status?.phase, "Running");
  t.is(writes, 1);
});

test("init containers run one after the other, and those without a program at once", async (t) => {
  const { store, kubelet, played, pod, settle } = lab({
    standInFor: (image) =>
      image === "migrate" ? { command: ["migrate", "$(STEP)"], env: [] } : undefined,
  });
  await using _kubelet = kubelet;
  create(store, {
    initContainers: [
      { name: "wait", image: "busybox" },
      { name: "migrate", image: "migrate", env: [{ name: "STEP", value: "7" }] },
    ],
  });
  await settle();
  t.deepEqual(
    played.map(({ request: { container, player } }) => [container.name, player]),
    [["migrate", { type: "program", command: ["migrate", "7"] }]],
  );
  t.is(pod()?.status?.phase, "Pending");
  played[0]?.end({ exitCode: 0 });
  await settle();
  t.is(pod()?.status?.phase, "Running");
  t.deepEqual(
    pod()?.status?.initContainerStatuses?.map(({ state }) => state.terminated?.reason),
    ["Completed", "Completed"],
  );
});

test("a container that keeps ending is restarted ever later", async (t) => {
  const { store, kubelet, played, pod, events, pass, settle } = lab();
  await using _kubelet = kubelet;
  create(store);
  await settle();
  played[0]?.end({ exitCode: 1, message: "no database" });
  await settle();
  t.is(played.length, 2);
  played[1]?.end({ exitCode: 1, message: "no database" });
  await settle();
  const [web] = pod()?.status?.containerStatuses ?? [];
  t.is(web?.state.waiting?.reason, "CrashLoopBackOff");
  t.is(web?.lastState.terminated?.message, "no database");
  t.is(pod()?.status?.phase, "Running");
  await pass(9_999);
  t.is(played.length, 2);
  await pass(1);
  t.is(played.length, 3);
  t.is(pod()?.status?.containerStatuses?.[0]?.restartCount, 2);
  t.is(events().filter((event) => event.startsWith("BackOff x1")).length, 1);
});

test("of two containers that want one port, the second fails and the first does not", async (t) => {
  const taken = new Error("listen tcp :80: bind: address already in use");
  const played: Played[] = [];
  const { store, kubelet, pod, settle } = lab({
    host: {
      startContainer: async (request) => {
        if (request.container.name === "b") throw taken;
        return play(request, played, "obedient");
      },
    },
  });
  await using _kubelet = kubelet;
  create(store, { containers: [{ name: "a" }, { name: "b" }] });
  await settle();
  const [a, b] = pod()?.status?.containerStatuses ?? [];
  t.true(a?.ready);
  t.is(b?.state.waiting?.reason, "CrashLoopBackOff");
  t.like(b?.lastState.terminated, { message: taken.message, reason: "StartError", exitCode: 128 });
});

test("a missing ConfigMap holds a container back until it is there", async (t) => {
  const { store, kubelet, played, pod, settle } = lab();
  await using _kubelet = kubelet;
  create(store, {
    containers: [{ name: "web", envFrom: [{ configMapRef: { name: "settings" } }] }],
  });
  await settle();
  t.deepEqual(pod()?.status?.containerStatuses?.[0]?.state.waiting, {
    reason: "CreateContainerConfigError",
    message: 'configmap "settings" not found',
  });
  store.create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "default" },
    data: { COLOUR: "blue" },
  });
  await settle();
  t.is(played[0]?.request.environment["COLOUR"], "blue");
  t.is(pod()?.status?.phase, "Running");
});

test("a container whose ConfigMap has gone does not come back before the ConfigMap does", async (t) => {
  const { store, kubelet, played, settle } = lab();
  await using _kubelet = kubelet;
  const settings = { name: "settings", namespace: "default" };
  const createSettings = (): unknown =>
    store.create({ apiVersion: "v1", kind: "ConfigMap", metadata: settings });
  createSettings();
  create(store, {
    containers: [{ name: "web", envFrom: [{ configMapRef: { name: "settings" } }] }],
  });
  await settle();
  store.remove("ConfigMap", settings);
  played[0]?.end({ exitCode: 1 });
  await settle();
  t.is(played.length, 1);
  createSettings();
  await settle();
  t.is(played.length, 2);
});

test("a pod is told of the Services that were there when it started, and of no later ones", async (t) => {
  const { store, kubelet, played, settle } = lab();
  await using _kubelet = kubelet;
  const service = (name: string): void => {
    store.create({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: "default" },
      spec: { clusterIP: "10.96.0.7", ports: [{ port: 80 }] },
    });
  };
  service("early");
  create(store);
  await settle();
  service("late");
  played[0]?.end({ exitCode: 1 });
  await settle();
  const [first, second] = played.map(({ request: { environment } }) => environment);
  t.is(first?.["EARLY_SERVICE_HOST"], "10.96.0.7");
  t.is(first?.["LATE_SERVICE_HOST"], undefined);
  // A restarted container is a new process, with the environment of its own start.
  t.is(second?.["LATE_SERVICE_HOST"], "10.96.0.7");
});

test("a container is ready after its first good answer, and restarted after three bad ones", async (t) => {
  let isHealthy = true;
  const { store, kubelet, pod, events, pass, settle } = lab({
    standInFor: () => ({ command: ["redis-server"], env: [] }),
    host: {
      startContainer: async (request) => ({
        ...play(request, [], "obedient"),
        exec: async () => ({ exitCode: isHealthy ? 0 : 1, output: "no pong" }),
      }),
    },
  });
  await using _kubelet = kubelet;
  const probe = { exec: { command: ["redis-cli", "ping"] }, periodSeconds: 5 };
  create(store, {
    containers: [
      {
        name: "web",
        readinessProbe: { ...probe, initialDelaySeconds: 2 },
        livenessProbe: probe,
      },
    ],
  });
  await settle();
  t.false(isReady(pod()));
  await pass(1_999);
  t.false(isReady(pod()));
  await pass(1);
  t.true(isReady(pod()));
  isHealthy = false;
  await pass(20_000);
  t.false(isReady(pod()));
  t.true(events().includes("Killing x1: Container web failed liveness probe, will be restarted"));
  t.true(
    events().some(
      (event) => event.startsWith("Unhealthy") && event.endsWith("Liveness probe failed: no pong"),
    ),
  );
  t.is(pod()?.status?.containerStatuses?.[0]?.restartCount, 1);
});

function isReady(pod: Pod | undefined): boolean {
  return pod !== undefined && isPodReady(pod);
}

test("a startup probe comes before the others", async (t) => {
  let hasStarted = false;
  const { store, kubelet, pod, pass, settle } = lab({
    standInFor: () => ({ command: ["slow"], env: [] }),
    host: {
      startContainer: async (request) => ({
        ...play(request, [], "obedient"),
        exec: async ([name]) => ({ exitCode: name === "ready" || hasStarted ? 0 : 1, output: "" }),
      }),
    },
  });
  await using _kubelet = kubelet;
  create(store, {
    containers: [
      {
        name: "web",
        startupProbe: { exec: { command: ["started"] }, periodSeconds: 1, failureThreshold: 30 },
        readinessProbe: { exec: { command: ["ready"] } },
      },
    ],
  });
  await pass(3_000);
  t.like(pod()?.status?.containerStatuses?.[0], { started: false, ready: false, restartCount: 0 });
  hasStarted = true;
  await pass(1_000);
  await settle();
  t.like(pod()?.status?.containerStatuses?.[0], { started: true, ready: true });
});

test("a pod that is deleted is asked to end, given its time, and gone when it has", async (t) => {
  const { store, kubelet, played, sandboxes, pod, events, settle } = lab({
    containers: "stubborn",
  });
  await using _kubelet = kubelet;
  create(store, { terminationGracePeriodSeconds: 7 });
  await settle();
  requestDeletion(store, "Pod", key);
  await settle();
  t.deepEqual(played[0]?.stops, [7_000]);
  t.true(events().includes("Killing x1: Stopping container web"));
  t.is(pod()?.status?.phase, "Running");
  const phases: unknown[] = [];
  store.watch("Pod", ({ type, object }) => phases.push(`${type} ${object.status?.phase}`));
  played[0]?.end({ exitCode: 0 });
  await settle();
  t.deepEqual(phases, ["MODIFIED Succeeded", "DELETED Succeeded"]);
  t.deepEqual(sandboxes, { made: 1, removed: 1 });
  t.is(pod(), undefined);
});

for (const { title, preStop, graceMs, laterMs } of [
  { title: "a sleep", preStop: { sleep: { seconds: 5 } }, laterMs: 5_000, graceMs: 25_000 },
  {
    title: "a sleep that a shell would do",
    preStop: { exec: { command: ["sh", "-c", "sleep 5"] } },
    laterMs: 5_000,
    graceMs: 25_000,
  },
  {
    title: "a sleep longer than the grace period",
    preStop: { sleep: { seconds: 60 } },
    laterMs: 30_000,
    graceMs: 2_000,
  },
  {
    title: "a program that nobody here has",
    preStop: { exec: { command: ["nginx", "-s", "quit"] } },
    laterMs: 0,
    graceMs: 30_000,
  },
]) {
  test(`a preStop hook comes before SIGTERM, and takes from the grace: ${title}`, async (t) => {
    const { store, kubelet, played, pass, settle } = lab({ containers: "stubborn" });
    await using _kubelet = kubelet;
    create(store, { containers: [{ name: "web", lifecycle: { preStop } }] });
    await settle();
    requestDeletion(store, "Pod", key);
    if (laterMs > 0) {
      await pass(laterMs - 1);
      t.deepEqual(played[0]?.stops, []);
    }
    await pass(1);
    t.deepEqual(played[0]?.stops, [graceMs]);
  });
}

test("a failed preStop hook is reported, and the container ends all the same", async (t) => {
  const { store, kubelet, played, events, settle } = lab();
  await using _kubelet = kubelet;
  const preStop = { httpGet: { port: 80, path: "/quit" } };
  create(store, { containers: [{ name: "web", lifecycle: { preStop } }] });
  await settle();
  requestDeletion(store, "Pod", key);
  await settle();
  t.is(played[0]?.stops.length, 1);
  t.true(
    events().some((event) => event.startsWith("FailedPreStopHook x1: PreStopHook failed: Get")),
  );
});

const waitingOf = (pod: Pod | undefined): ReadonlyArray<string | undefined> =>
  (pod?.status?.containerStatuses ?? []).map(({ state }) => state?.waiting?.reason);

test("a container is being created until its postStart hook has ended, and those after it wait", async (t) => {
  const { store, kubelet, played, pod, pass, settle } = lab();
  await using _kubelet = kubelet;
  const postStart = { sleep: { seconds: 5 } };
  create(store, { containers: [{ name: "first", lifecycle: { postStart } }, { name: "second" }] });
  await pass(4_999);
  t.is(played.length, 1);
  t.deepEqual(waitingOf(pod()), ["ContainerCreating", "ContainerCreating"]);
  t.is(pod()?.status?.phase, "Pending");
  await pass(1);
  await settle();
  t.is(played.length, 2);
  t.deepEqual(waitingOf(pod()), [undefined, undefined]);
  t.is(pod()?.status?.phase, "Running");
  t.true(isPodReady(pod() ?? t.fail()));
});

test("no probe is asked before the postStart hook has ended", async (t) => {
  const asked: number[] = [];
  const { store, kubelet, pass } = lab({
    host: {
      connectTcp: async ({ to }) => {
        asked.push(to.port);
        throw new Error("connection refused");
      },
    },
  });
  await using _kubelet = kubelet;
  const lifecycle = { postStart: { sleep: { seconds: 5 } } };
  const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 };
  create(store, { containers: [{ name: "web", lifecycle, readinessProbe }] });
  await pass(4_999);
  t.deepEqual(asked, []);
  await pass(1);
  t.deepEqual(asked, [80]);
});

test("a failed postStart hook ends the container, and its policy starts it again", async (t) => {
  const { store, kubelet, played, pod, events, pass, settle } = lab();
  await using _kubelet = kubelet;
  const postStart = { httpGet: { port: 80, path: "/hello" } };
  create(store, { containers: [{ name: "web", lifecycle: { postStart } }] });
  await settle();
  t.deepEqual(played[0]?.stops, [30_000]);
  const [failed] = events().filter((event) => event.startsWith("FailedPostStartHook"));
  t.regex(failed ?? "", /: PostStartHook failed: Get /);
  t.false(isPodReady(pod() ?? t.fail()));
  // Once at once, and then with growing delays, as whatever fails.
  t.is(played.length, 2);
  t.deepEqual(waitingOf(pod()), ["CrashLoopBackOff"]);
  await pass(10_000);
  t.is(played.length, 3);
});

test("a postStart hook that never ends does not keep its pod from being deleted", async (t) => {
  const { store, kubelet, pod, settle } = lab();
  await using _kubelet = kubelet;
  const postStart = { sleep: { seconds: 3_600 } };
  create(store, { containers: [{ name: "web", lifecycle: { postStart } }] });
  await settle();
  requestDeletion(store, "Pod", key);
  await settle();
  t.is(pod(), undefined);
});

test("whoever fails a probe that has a grace period of its own gets that", async (t) => {
  const { store, kubelet, played, pass } = lab({ containers: "stubborn" });
  await using _kubelet = kubelet;
  const livenessProbe = {
    ...{ tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 1 },
    terminationGracePeriodSeconds: 3,
  };
  create(store, { containers: [{ name: "web", livenessProbe }] });
  await pass(1_000);
  t.deepEqual(played[0]?.stops, [3_000]);
});

test("whoever grants less time does not wait for the hook", async (t) => {
  const { store, kubelet, played, pass, settle } = lab({ containers: "stubborn" });
  await using _kubelet = kubelet;
  create(store, {
    containers: [{ name: "web", lifecycle: { preStop: { sleep: { seconds: 20 } } } }],
  });
  await settle();
  requestDeletion(store, "Pod", key);
  await settle();
  requestDeletion(store, "Pod", key, { gracePeriodSeconds: 1 });
  await settle();
  t.deepEqual(played[0]?.stops, [1_000]);
  await pass(30_000);
  t.deepEqual(played[0]?.stops, [1_000]);
});

test("less grace shortens the wait", async (t) => {
  const { store, kubelet, played, pod, settle } = lab({ containers: "stubborn" });
  await using _kubelet = kubelet;
  create(store);
  await settle();
  requestDeletion(store, "Pod", key);
  await settle();
  requestDeletion(store, "Pod", key, { gracePeriodSeconds: 1 });
  await settle();
  t.deepEqual(played[0]?.stops, [30_000, 1_000]);
  t.not(pod(), undefined);
});

test("a pod deleted without grace is killed at once; its successor of the same name is another", async (t) => {
  const { store, kubelet, played, sandboxes, pod, settle } = lab({ containers: "stubborn" });
  await using _kubelet = kubelet;
  create(store);
  await settle();
  requestDeletion(store, "Pod", key, { gracePeriodSeconds: 0 });
  create(store);
  await settle();
  t.deepEqual(played[0]?.stops, [0]);
  t.is(pod()?.status?.podIP, "10.244.0.3");
  t.deepEqual(sandboxes, { made: 2, removed: 1 });
});

test("a sandbox that cannot be made is reported and tried again", async (t) => {
  // Once at first, and once because the status that says so is a change of the pod.
  let failures = 2;
  const { store, kubelet, pod, events, pass, settle } = lab({
    host: {
      createSandbox: async () => {
        if (failures-- > 0) throw new Error("no IP addresses available in range set");
        return { podIPs: ["10.244.0.9"], [Symbol.asyncDispose]: async () => undefined };
      },
    },
  });
  await using _kubelet = kubelet;
  create(store);
  await settle();
  t.deepEqual(pod()?.status?.containerStatuses?.[0]?.state.waiting, {
    reason: "ContainerCreating",
  });
  await pass(1_000);
  t.is(pod()?.status?.podIP, "10.244.0.9");
  t.true(
    events().includes(
      "FailedCreatePodSandBox x2: Failed to create pod sandbox: no IP addresses available in range set",
    ),
  );
});

test("ending the kubelet ends its containers and sandboxes", async (t) => {
  const { store, kubelet, played, sandboxes, settle } = lab({ containers: "stubborn" });
  create(store);
  await settle();
  await kubelet[Symbol.asyncDispose]();
  t.deepEqual(played[0]?.stops, [0]);
  t.is(sandboxes.removed, 1);
});

test("the node is registered, or its object completed", async (t) => {
  const { store, kubelet } = lab();
  await using _kubelet = kubelet;
  const node = store.get("Node", { namespace: "", name: "node01" });
  t.is(node?.metadata.labels?.["kubernetes.io/hostname"], "node01");
  t.is(node?.status?.conditions?.find(({ type }) => type === "Ready")?.status, "True");
});

const config = (data: Readonly<Record<string, string>>): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "conf", namespace: "default" },
  data,
});

/** A host that keeps what it was given to write: `volume file text`. */
function writing(): { readonly written: string[]; readonly host: Wishes["host"] } {
  const written: string[] = [];
  const putVolume: KubeletOptions["host"]["putVolume"] = (_pod, contents) => {
    if (contents.type === "files") {
      for (const { path, data } of contents.files) {
        written.push(`${contents.name} ${path} ${Buffer.from(data).toString()}`);
      }
    }
    return `/volumes/${contents.name}`;
  };
  return { written, host: { putVolume, removeVolumes: () => written.push("removed") } };
}

const mounting: Partial<PodSpec> = {
  containers: [
    { name: "web", image: "nginx", volumeMounts: [{ name: "conf", mountPath: "/etc/web" }] },
  ],
  volumes: [{ name: "conf", configMap: { name: "conf" } }],
};

test("a pod whose ConfigMap is missing waits for it, says so once, and then mounts it", async (t) => {
  const { written, host } = writing();
  const { store, kubelet, played, pod, events, pass, settle } = lab({
    standInFor: () => ({ command: ["web"], env: [] }),
    ...(host && { host }),
  });
  await using _kubelet = kubelet;
  create(store, mounting);
  await settle();
  t.is(pod()?.status?.containerStatuses?.[0]?.state.waiting?.reason, "ContainerCreating");
  await pass(30_000);
  t.deepEqual(events(), [
    'FailedMount x1: MountVolume.SetUp failed for volume "conf" : configmap "conf" not found',
  ]);
  store.create(config({ a: "1" }) as ConfigMap);
  await settle();
  t.is(pod()?.status?.phase, "Running");
  t.deepEqual(played[0]?.request.mounts, [
    {
      source: "/volumes/conf/",
      mountPath: "/etc/web",
      access: "read-only",
      whenMissing: "leave out",
    },
  ]);
  t.deepEqual([...new Set(written)], ["conf a 1"]);
});

test("a ConfigMap that changes is written again, and goes with the pod", async (t) => {
  const { written, host } = writing();
  const { store, kubelet, pass, settle } = lab({
    standInFor: () => ({ command: ["web"], env: [] }),
    ...(host && { host }),
  });
  await using _kubelet = kubelet;
  const { metadata } = store.create(config({ a: "1" }) as ConfigMap);
  create(store, mounting);
  await settle();
  store.update({ ...(config({ a: "2" }) as ConfigMap), metadata });
  await settle();
  store.create({ ...(config({}) as ConfigMap), metadata: { name: "other", namespace: "default" } });
  await settle();
  t.is(written.at(-1), "conf a 2");
  requestDeletion(store, "Pod", key);
  await pass(30_000);
  t.is(written.at(-1), "removed");
});

test("where no program runs, nothing is written, yet what a volume names must be there", async (t) => {
  const { written, host } = writing();
  const { store, kubelet, pod, settle } = lab({ ...(host && { host }) });
  await using _kubelet = kubelet;
  create(store, mounting);
  await settle();
  t.is(pod()?.status?.phase, "Pending");
  store.create(config({ a: "1" }) as ConfigMap);
  await settle();
  t.is(pod()?.status?.phase, "Running");
  t.deepEqual(written, []);
});

test("a token is replaced in its time, and one that is good for years wakes nobody", async (t) => {
  const { written, host } = writing();
  const minted: number[] = [];
  const { store, kubelet, pass, settle } = lab({
    standInFor: () => ({ command: ["web"], env: [] }),
    mintToken: ({ expirationSeconds }) => `token ${minted.push(expirationSeconds)}`,
    ...(host && { host }),
  });
  await using _kubelet = kubelet;
  const volumeOf = (expirationSeconds: number): Partial<PodSpec> => ({
    volumes: [
      {
        name: "conf",
        projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds } }] },
      },
    ],
  });
  create(store, { ...mounting, ...volumeOf(1_000) });
  await settle();
  await pass(799_999);
  t.deepEqual(minted, [1_000]);
  await pass(1);
  t.deepEqual(minted, [1_000, 1_000]);
  t.is(written.at(-1), "conf token token 2");
  create(store, { ...mounting, ...volumeOf(100 * 365 * 86_400) }, "other");
  await settle();
  const before = minted.length;
  await pass(500_000);
  t.is(minted.length, before);
});
