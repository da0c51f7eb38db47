/** kubelet, the built-in responder and the bridge pod network together, in real namespaces. */
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import test from "ava";
import { pino } from "pino";
import type { Pod, PodSpec } from "../../src/api/objects/pod.ts";
import { isPodReady } from "../../src/api/pods/pod-state.ts";
import { requestDeletion } from "../../src/api/requests/deletion.ts";
import { Store } from "../../src/api/store/store.ts";
import { until } from "../../src/base/until.ts";
import { Kubelet } from "../../src/components/kubelet/kubelet.ts";
import type {
  ContainerExit,
  KubeletHost,
  RunningContainer,
  StartContainerRequest,
} from "../../src/components/kubelet/kubelet-host.ts";
import { PodResponders } from "../../src/components/responder/pod-responders.ts";
import { PortTakenError } from "../../src/components/responder/responder.ts";
import type { Sighting } from "../../src/components/responder/witness.ts";
import type { Netns } from "../../src/kernel/netns.ts";
import { connectTcp, listenTcp } from "../../src/kernel/sockets/tcp.ts";
import { udpSocket } from "../../src/kernel/sockets/udp.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { patience, patient } from "../patience.ts";
import { BridgeCluster } from "./bridge-cluster.ts";

const log = pino({ level: "silent" });
const any = ipAddress("0.0.0.0");

/** What the lab does for kubelet, as far as these tests need it. */
function hostOn(cluster: BridgeCluster, responders: PodResponders): KubeletHost {
  return {
    createSandbox: async ({ metadata: { name } }) => {
      const { address } = await cluster.addPod("node01", name);
      return {
        podIPs: [address],
        [Symbol.asyncDispose]: async () => cluster.removePod("node01", name),
      };
    },
    startContainer: (request) =>
      startResponding(request, cluster.netns(request.pod.metadata.name), responders),
    putVolume: () => {
      throw new Error("no program runs here that could read a volume");
    },
    removeVolumes: () => undefined,
    connectTcp: ({ to, timeoutMs, signal }) =>
      connectTcp(cluster.netns("node01"), {
        to: { address: ipAddress(to.address), port: to.port },
        timeoutMs,
        signal,
      }),
  };
}

async function startResponding(
  { pod, container, hostname }: StartContainerRequest,
  netns: Netns,
  responders: PodResponders,
): Promise<RunningContainer> {
  const id = `${pod.metadata.name}-${container.name}`;
  try {
    // biome-ignore lint/nursery/useDisposables: kubelet ends it.
    const responder = await responders.start({
      pod,
      container: container.name,
      hostname,
      responds: () => true,
      listenTcp: (port) => listenTcp(netns, { address: any, port }, createServer()),
      bindUdp: (port) => udpSocket(netns, { port }),
    });
    return {
      id,
      exited: responder.exited.then((exitCode) => ({ exitCode })),
      stop: ({ graceMs }) => responder.end(graceMs === 0 ? 137 : 0),
    };
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error;
    const exit: ContainerExit = { exitCode: 1, message: error.message };
    return { id, exited: Promise.resolve(exit), stop: () => Promise.resolve() };
  }
}

function startKubelet(store: Store, host: KubeletHost): Kubelet {
  return Kubelet.start({
    store,
    log,
    host,
    node: {
      name: "node01",
      addresses: ["192.168.0.16"],
      kernelVersion: "",
      kubeletVersion: "v1.34.0",
      containerRuntimeVersion: "podwire://0.1.0",
      osImage: "",
      architecture: "amd64",
      capacity: {},
    },
    clusterDomain: "cluster.local",
    clusterResolver: undefined,
    nodeResolver: { nameservers: [], searches: [], options: [] },
    standInFor: () => undefined,
  });
}

function createPod(store: Store, name: string, spec: Partial<PodSpec>): Pod {
  return store.create<"Pod">({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: { nodeName: "node01", containers: [], ...spec },
  });
}

/** The pod, once it is as wanted. */
function podWhen(
  store: Store,
  name: string,
  isWanted: (pod: Pod | undefined) => boolean,
): Promise<Pod | "gone"> {
  return until(
    async () => {
      const pod = store.get("Pod", { namespace: "default", name });
      return isWanted(pod) ? (pod ?? "gone") : undefined;
    },
    { intervalMs: 5, signal: patience(10_000) },
  );
}

test("probes of every kind go over the wire, and make the pod ready", async (t) => {
  using cluster = await BridgeCluster.create("kl-ready");
  const store = new Store();
  using responders = PodResponders.watch(store, { record: () => undefined }, log);
  await using _kubelet = startKubelet(store, hostOn(cluster, responders));
  createPod(store, "shop", {
    containers: [
      {
        name: "cart",
        ports: [{ containerPort: 7070, name: "grpc" }],
        readinessProbe: { grpc: { port: 7070 } },
      },
      {
        name: "frontend",
        ports: [{ containerPort: 8080, name: "http" }],
        readinessProbe: { httpGet: { port: "http", path: "/_healthz" } },
      },
      {
        name: "redis",
        ports: [{ containerPort: 6379 }],
        readinessProbe: { tcpSocket: { port: 6379 } },
      },
    ],
  });
  const pod = await podWhen(store, "shop", (found) => found !== undefined && isPodReady(found));
  t.like(pod, { status: { phase: "Running", podIP: "10.244.0.2" } });
});

test("a probe of a port that nobody opens says so in an event", async (t) => {
  using cluster = await BridgeCluster.create("kl-unready");
  const store = new Store();
  using responders = PodResponders.watch(store, { record: () => undefined }, log);
  await using _kubelet = startKubelet(store, hostOn(cluster, responders));
  createPod(store, "web", {
    containers: [{ name: "web", readinessProbe: { httpGet: { port: 80, host: "10.244.0.1" } } }],
  });
  const message = await until(
    async () => store.list("Event").find(({ reason }) => reason === "Unhealthy")?.message,
    { intervalMs: 5, signal: patience(10_000) },
  );
  t.is(
    message,
    'Readiness probe failed: Get "http://10.244.0.1:80/": dial tcp 10.244.0.1:80: connect: connection refused',
  );
});

test("containers of one pod share its ports: the second one that wants 80 crashes", async (t) => {
  using cluster = await BridgeCluster.create("kl-taken");
  const store = new Store();
  using responders = PodResponders.watch(store, { record: () => undefined }, log);
  await using _kubelet = startKubelet(store, hostOn(cluster, responders));
  const ports = [{ containerPort: 80 }];
  createPod(store, "pair", {
    containers: [
      { name: "a", ports },
      { name: "b", ports },
    ],
  });
  const isLooping = (found: Pod | undefined): boolean =>
    found?.status?.containerStatuses?.[1]?.state.waiting?.reason === "CrashLoopBackOff";
  const pod = await podWhen(store, "pair", isLooping);
  if (pod === "gone") return t.fail();
  const [a, b] = pod.status?.containerStatuses ?? [];
  t.true(a?.ready);
  t.like(b?.lastState.terminated, {
    exitCode: 1,
    reason: "Error",
    message: "listen tcp :80: bind: address already in use",
  });
});

test("containers of a pod reach each other on localhost, and the witness sees who asks", async (t) => {
  using cluster = await BridgeCluster.create("kl-local");
  const store = new Store();
  const sightings: Sighting[] = [];
  const witness = { record: (sighting: Sighting) => void sightings.push(sighting) };
  using responders = PodResponders.watch(store, witness, log);
  await using _kubelet = startKubelet(store, hostOn(cluster, responders));
  createPod(store, "pair", { containers: [{ name: "a", ports: [{ containerPort: 80 }] }] });
  await podWhen(store, "pair", (found) => found !== undefined && isPodReady(found));
  const { signal } = new AbortController();
  for (const [from, address] of [
    ["pair", "127.0.0.1"],
    ["pair", "10.244.0.2"],
    ["node01", "10.244.0.2"],
  ] as const) {
    const to = { address: ipAddress(address), port: 80 };
    const socket = await connectTcp(cluster.netns(from), { to, timeoutMs: patient(5_000), signal });
    socket.end(`podwire-probe ${from}\n`);
    t.is(await text(socket), `podwire-probe ${from}\n`);
  }
  t.deepEqual(
    sightings.map(({ source, destination, server }) => [source.address, destination, server]),
    [
      ["127.0.0.1", { address: "127.0.0.1", port: 80 }, "default/pair"],
      ["10.244.0.2", { address: "10.244.0.2", port: 80 }, "default/pair"],
      ["10.244.0.1", { address: "10.244.0.2", port: 80 }, "default/pair"],
    ],
  );
});

test("a pod that is deleted takes its connections, its netns and its address along", async (t) => {
  using cluster = await BridgeCluster.create("kl-gone");
  const store = new Store();
  using responders = PodResponders.watch(store, { record: () => undefined }, log);
  await using _kubelet = startKubelet(store, hostOn(cluster, responders));
  createPod(store, "web", { containers: [{ name: "web", ports: [{ containerPort: 80 }] }] });
  await podWhen(store, "web", (found) => found !== undefined && isPodReady(found));
  const { signal } = new AbortController();
  const to = { address: ipAddress("10.244.0.2"), port: 80 };
  const socket = await connectTcp(cluster.netns("node01"), {
    to,
    timeoutMs: patient(5_000),
    signal,
  });
  requestDeletion(store, "Pod", { namespace: "default", name: "web" });
  t.is(await podWhen(store, "web", (found) => found === undefined), "gone");
  t.is(await text(socket), "");
  t.throws(() => cluster.netns("web"));
});
