/** What kube-proxy's configuration changes, and what a change of Services does to flows: with real packets, in each mode. */
import test from "ava";
import type { AnyObject } from "../../src/api/objects/kinds.ts";
import type { EndpointSlice, SliceEndpoint } from "../../src/api/objects/service.ts";
import { Store } from "../../src/api/store/store.ts";
import { Deadline } from "../../src/base/deadline.ts";
import { until } from "../../src/base/until.ts";
import {
  type KubeProxyConfig,
  type KubeProxyConfiguration,
  resolveKubeProxyConfig,
} from "../../src/components/kube-proxy/config/config.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../src/components/kube-proxy/testing/sample-services.ts";
import { listConntrack } from "../../src/kernel/rules/conntrack.ts";
import { SocketError } from "../../src/kernel/sockets/socket-error.ts";
import { patient } from "../patience.ts";
import { impatientMs, type Question, SampleNode } from "./sample-node.ts";

const modes = ["iptables", "nftables"] as const;
const pod = "10.244.1.5";
const outside = "203.0.113.9";
const nodeIP = "192.168.0.16";

function configured(written: KubeProxyConfiguration): KubeProxyConfig {
  return resolveKubeProxyConfig({ clusterCIDR: "10.244.0.0/16", ...written });
}

function storeOf(...objects: readonly AnyObject[]): Store {
  const store = new Store();
  for (const object of objects) store.create(object);
  return store;
}

const everything = (): Store => storeOf(...sampleServices, ...sampleSlices);

/** A Service of UDP with a node port. */
const talk = sampleService("talk", {
  type: "NodePort",
  clusterIP: "10.96.0.60",
  ports: [{ name: "", port: 9000, protocol: "UDP", nodePort: 30900 }],
});
const talkTo = { to: "10.96.0.60", port: 9000 };

function talkSlice(endpoints: readonly SliceEndpoint[], port = 9000): EndpointSlice {
  return sampleSlice("talk", endpoints, [{ name: "", port, protocol: "UDP" }]);
}

const endings = [
  {
    what: "loses its last endpoint",
    change: (store: Store) => store.update(talkSlice([])),
  },
  {
    what: "is deleted",
    change: (store: Store) => store.remove("Service", { namespace: "shop", name: "talk" }),
  },
];

async function udpDestinations(node: SampleNode): Promise<readonly string[]> {
  const entries = await listConntrack(node.netns("node01"));
  return entries
    .filter(({ protocol }) => protocol === "udp")
    .map(({ original }) => `${original.destination} ${original.destinationPort}`)
    .sort();
}

/** A question to the sample cluster, and who the server sees, or why there is no answer. */
interface Expectation extends Question {
  readonly sees?: string | undefined;
  readonly fails?: "refused" | "timed out" | "unreachable";
}

const settings: ReadonlyArray<{
  readonly title: string;
  readonly written: KubeProxyConfiguration;
  readonly expected: readonly Expectation[];
}> = [
  {
    title: "masqueradeAll hides pods from each other",
    written: { iptables: { masqueradeAll: true }, nftables: { masqueradeAll: true } },
    expected: [{ from: pod, to: "10.96.0.20", port: 80, sees: nodeIP }],
  },
  {
    title: "without a pod CIDR nobody is told from anybody, and nobody is masqueraded",
    written: { clusterCIDR: "" },
    expected: [{ from: outside, to: "10.96.0.20", port: 80, sees: outside }],
  },
  {
    title: "the devices of pods tell them by what their names begin with",
    written: {
      detectLocalMode: "InterfaceNamePrefix",
      detectLocal: { interfaceNamePrefix: "pod-" },
    },
    expected: [
      { from: pod, to: "10.96.0.20", port: 80, sees: pod },
      { from: outside, to: "10.96.0.20", port: 80, sees: nodeIP },
    ],
  },
  {
    title: "a bridge tells pods by where they come in",
    written: { detectLocalMode: "BridgeInterface", detectLocal: { bridgeInterface: "pod-b" } },
    expected: [
      { from: pod, to: "10.96.0.20", port: 80, sees: pod },
      { from: "10.244.2.2", to: "10.96.0.31", port: 80, sees: nodeIP },
    ],
  },
  {
    title: "node ports answer where nodePortAddresses say",
    written: { nodePortAddresses: ["10.244.1.0/24"] },
    expected: [
      { from: outside, to: "10.244.1.1", port: 30080, sees: undefined },
      { from: outside, to: nodeIP, port: 30080, fails: "refused" },
      { from: "127.0.0.1", to: "127.0.0.1", port: 30080, fails: "refused" },
    ],
  },
  {
    title: "node ports leave localhost alone when they are told to",
    written: { nodePortAddresses: ["0.0.0.0/0"], iptables: { localhostNodePorts: false } },
    expected: [
      { from: "127.0.0.1", to: "127.0.0.1", port: 30080, fails: "refused" },
      { from: outside, to: "10.244.1.1", port: 30080, sees: undefined },
    ],
  },
];

for (const mode of modes) {
  for (const [index, { title, written, expected }] of settings.entries()) {
    test(`${mode}: ${title}`, async (t) => {
      const config = configured({ ...written, mode });
      using node = new SampleNode(`set-${mode}-${index}`, config);
      await using proxy = node.startProxy(everything(), config);
      await proxy.synced();
      for (const { sees, fails, ...question } of expected) {
        if (fails === undefined) {
          const { sawClient } = await node.askTcp(question);
          if (sees !== undefined)
            t.is(sawClient, asSeen(sees, sawClient), JSON.stringify(question));
        } else {
          const error = await t.throwsAsync(node.askTcp(question), { instanceOf: SocketError });
          t.is(error?.reason, fails, JSON.stringify(question));
        }
      }
    });
  }

  test(`${mode}: a client with one long UDP flow moves off a deleted endpoint at once`, async (t) => {
    const config = configured({ mode });
    using node = new SampleNode(`udp-${mode}`, config);
    const store = everything();
    await using proxy = node.startProxy(store, config);
    await proxy.synced();
    using flow = node.udpFlow(pod);
    const game = { to: "10.96.0.30", port: 9000 };
    const { server } = await flow.ask(game);
    t.is((await flow.ask(game)).server, server);
    const [left = sampleEndpoint(1, 2)] = [sampleEndpoint(1, 2), sampleEndpoint(2, 2)].filter(
      ({ addresses: [address] }) => `${address}:9000` !== server,
    );
    const ports = [{ name: "", port: 9000, protocol: "UDP" }] as const;
    store.update(sampleSlice("game", [left], ports));
    await proxy.synced();
    // The server that is no endpoint any more still runs and would still answer.
    t.is((await flow.ask(game)).server, `${left.addresses[0]}:9000`);
  });

  test(`${mode}: a UDP flow that began before there were endpoints finds the first`, async (t) => {
    const config = configured({ mode });
    using node = new SampleNode(`first-${mode}`, config);
    const ports = [{ name: "", port: 9000, protocol: "UDP" }] as const;
    const [game] = sampleServices.filter(({ metadata }) => metadata.name === "game");
    t.truthy(game);
    if (game === undefined) return;
    const store = storeOf(game, sampleSlice("game", [], ports));
    await using proxy = node.startProxy(store, config);
    await proxy.synced();
    using flow = node.udpFlow(pod);
    const to = { to: "10.96.0.30", port: 9000 };
    await t.throwsAsync(() => flow.ask({ ...to, patienceMs: impatientMs }));
    store.update(sampleSlice("game", [sampleEndpoint(1, 2)], ports));
    await proxy.synced();
    t.is((await flow.ask(to)).server, "10.244.1.2:9000");
  });

  test(`${mode}: a client with one long UDP flow finds the port that its pod serves at now`, async (t) => {
    const config = configured({ mode });
    using node = new SampleNode(`port-${mode}`, config);
    const store = storeOf(talk, talkSlice([sampleEndpoint(1, 2)]));
    await using proxy = node.startProxy(store, config);
    await proxy.synced();
    using flow = node.udpFlow(pod);
    t.is((await flow.ask(talkTo)).server, "10.244.1.2:9000");
    store.update(talkSlice([sampleEndpoint(1, 2)], 53));
    await proxy.synced();
    // Who answers at 9000 still would.
    t.is((await flow.ask(talkTo)).server, "10.244.1.2:53");
  });

  for (const [index, { what, change }] of endings.entries()) {
    test(`${mode}: of a UDP Service that ${what}, flows to its node port alone are remembered`, async (t) => {
      const config = configured({ mode });
      using node = new SampleNode(`ends-${mode}-${index}`, config);
      const store = storeOf(talk, talkSlice([sampleEndpoint(1, 2)]));
      await using proxy = node.startProxy(store, config);
      await proxy.synced();
      await node.askUdp({ from: pod, ...talkTo });
      await node.askUdp({ from: outside, to: nodeIP, port: 30900 });
      const asked = ["10.96.0.60 9000", "192.168.0.16 30900"];
      t.deepEqual(await udpDestinations(node), asked);
      change(store);
      await proxy.synced();
      t.deepEqual(await udpDestinations(node), asked.slice(1));
    });
  }

  test(`${mode}: session affinity holds a client, and lets go after its time-out`, async (t) => {
    const config = configured({ mode });
    using node = new SampleNode(`sticky-${mode}`, config);
    const sticky = (name: string, clusterIP: string, timeoutSeconds: number) =>
      sampleService(name, {
        clusterIP,
        ports: [{ name: "http", port: 80 }],
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds } },
      });
    const both = [sampleEndpoint(1, 2), sampleEndpoint(2, 2)];
    const [long, brief] = ["10.96.0.21", "10.96.0.22"];
    const store = storeOf(
      sticky("long", long, 3600),
      sampleSlice("long", both),
      sticky("brief", brief, 1),
      sampleSlice("brief", both),
    );
    await using proxy = node.startProxy(store, config);
    await proxy.synced();
    const ask = async (to: string): Promise<string> =>
      (await node.askTcp({ from: pod, to, port: 80 })).server;
    const first = await ask(long);
    for (let count = 0; count < 20; count++) t.is(await ask(long), first);
    const held = await ask(brief);
    using deadline = new Deadline(patient(50_000));
    // Each time the dice decide anew between two.
    const moved = await until(async () => ((await ask(brief)) === held ? undefined : true), {
      intervalMs: 1_300,
      signal: deadline.signal,
    });
    t.true(moved);
  });

  test(`${mode}: an address that the load balancer itself answers for is not caught`, async (t) => {
    const config = configured({ mode });
    using node = new SampleNode(`proxy-${mode}`, config);
    const ip = "198.51.100.77";
    const service = {
      ...sampleService("by-proxy", {
        type: "LoadBalancer",
        clusterIP: "10.96.0.77",
        ports: [{ name: "http", port: 80 }],
      }),
      status: { loadBalancer: { ingress: [{ ip, ipMode: "Proxy" as const }] } },
    };
    const store = storeOf(service, sampleSlice("by-proxy", [sampleEndpoint(1, 2)]));
    await using proxy = node.startProxy(store, config);
    await proxy.synced();
    node.watchStrays(ip);
    await t.throwsAsync(() =>
      node.askTcp({ from: pod, to: ip, port: 80, patienceMs: impatientMs }),
    );
    t.true(node.strays(ip) > 0);
    store.update({ ...service, status: { loadBalancer: { ingress: [{ ip, ipMode: "VIP" }] } } });
    await proxy.synced();
    t.is((await node.askTcp({ from: pod, to: ip, port: 80 })).server, "10.244.1.2:8080");
  });
}

/** Whichever of the node's addresses it was masqueraded with, the node was seen. */
function asSeen(expected: string, seen: string): string {
  return expected === nodeIP && seen === "10.244.1.1" ? seen : expected;
}

test("who may not use a load balancer learns nothing of its endpoints in nftables mode", async (t) => {
  const question = { from: "203.0.113.200", to: "198.51.100.10", port: 80 };
  for (const [mode, reason] of [
    ["iptables", "unreachable"],
    ["nftables", "timed out"],
  ] as const) {
    const config = configured({ mode });
    using node = new SampleNode(`ranges-${mode}`, config);
    const store = everything();
    store.update(sampleSlice("balanced", []));
    await using proxy = node.startProxy(store, config);
    await proxy.synced();
    const patience = reason === "timed out" ? { patienceMs: impatientMs } : {};
    const attempt = node.askTcp({ ...question, ...patience });
    const error = await t.throwsAsync(attempt, { instanceOf: SocketError });
    t.is(error?.reason, reason, mode);
  }
});
