/**
 * What a kernel with IPVS makes of kube-proxy's ipvs mode.
 *
 * needs: kube-proxy mode ipvs
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import test from "ava";
import type { EndpointSlice, Service } from "../../src/api/objects/service.ts";
import { until } from "../../src/base/until.ts";
import {
  type KubeProxyConfig,
  type KubeProxyConfiguration,
  resolveKubeProxyConfig,
} from "../../src/components/kube-proxy/config/config.ts";
import { IpvsProxier } from "../../src/components/kube-proxy/ipvs/proxier.ts";
import { ipvsSettings } from "../../src/components/kube-proxy/ipvs/settings.ts";
import { firstIpvsText } from "../../src/components/kube-proxy/ipvs/sync/first-sync.ts";
import {
  type ListedServers,
  listServers,
} from "../../src/components/kube-proxy/ipvs/sync/listed-servers.ts";
import { listedSets, parseSets } from "../../src/components/kube-proxy/ipvs/sync/set-commands.ts";
import { splitIpvsText } from "../../src/components/kube-proxy/ipvs/text/ipvs-text.ts";
import { ipvsadmLine } from "../../src/components/kube-proxy/ipvs/text/ipvsadm-line.ts";
import { IPVS_DEVICE } from "../../src/components/kube-proxy/ipvs/wanted/bound-addresses.ts";
import { wantedBy } from "../../src/components/kube-proxy/ipvs/wanted/wanted.ts";
import {
  buildClusterModel,
  type ClusterModel,
} from "../../src/components/kube-proxy/model/cluster/cluster-model.ts";
import { sampleFlowsOf } from "../../src/components/kube-proxy/testing/mode-flows.ts";
import { sampleNode } from "../../src/components/kube-proxy/testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../src/components/kube-proxy/testing/sample-services.ts";
import { PingSocket } from "../../src/kernel/sockets/ping-socket.ts";
import { connectTcp } from "../../src/kernel/sockets/tcp.ts";
import { readSysctl } from "../../src/kernel/sysctl.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import type { IpvsChange, ServerAddress } from "../../src/wire/netlink/ipvs/ipvs.ts";
import { patient } from "../patience.ts";
import { checkFlow } from "./check-flow.ts";
import { SampleNode } from "./sample-node.ts";

/** Round robin meets every one of three in as many tries; UDP flows and connections are counted apart. */
const tries = 6;
const patience = new AbortController().signal;

function model(services: readonly Service[], slices: readonly EndpointSlice[]): ClusterModel {
  return buildClusterModel({ services, slices }, { family: "ipv4", loadBalancerIPMode: true });
}

function configOf(ipvs: KubeProxyConfiguration["ipvs"] = {}): KubeProxyConfig {
  return resolveKubeProxyConfig({ mode: "ipvs", clusterCIDR: "10.244.0.0/16", ipvs });
}

/** In an order of their own, since the kernel's is another. */
function sorted(sets: ReadonlyMap<string, Iterable<string>>): readonly unknown[] {
  return [...sets].map(([name, entries]) => [name, ...[...entries].sort()].join(" ")).sort();
}

/** The sample node with ipvs mode on it. */
class IpvsNode implements Disposable {
  readonly node: SampleNode;
  config: KubeProxyConfig;
  /** What was handed to the kernel and to programs; virtual servers as `ipvsadm` would be told of them. */
  readonly written: string[] = [];
  /** Runs what waits for a time. */
  elapse: () => void = () => undefined;
  proxier: IpvsProxier;

  constructor(prefix: string, ipvs: KubeProxyConfiguration["ipvs"] = {}) {
    this.config = configOf(ipvs);
    this.node = new SampleNode(prefix, this.config);
    this.proxier = this.start();
  }

  start(rulesAtStart?: string): IpvsProxier {
    const { kernel } = this.node;
    const noted = async (text: string, write: (text: string) => Promise<void>): Promise<void> => {
      this.written.push(text);
      await write(text);
    };
    return new IpvsProxier({
      family: "ipv4",
      config: this.config,
      rulesAtStart,
      timer: (callback) => {
        this.elapse = callback;
        return () => undefined;
      },
      kernel: {
        ...kernel,
        iptablesRestore: (text) => noted(text, kernel.iptablesRestore),
        ipvs: {
          ...kernel.ipvs,
          changeServers: (changes) => {
            this.written.push(changes.map((change) => `${ipvsadmLine(change)}\n`).join(""));
            kernel.ipvs.changeServers(changes);
          },
          ipsetRestore: (text) => noted(text, kernel.ipvs.ipsetRestore),
        },
      },
    });
  }

  listed(): ListedServers {
    return listServers(this.node.kernel.ipvs.servers(), "ipv4");
  }

  async sync(cluster: ClusterModel): Promise<void> {
    await this.proxier.sync({ cluster, node: sampleNode, nowMs: 0 });
  }

  /** The program that people read virtual servers with: it speaks to the kernel for itself. */
  ipvsadm(...args: readonly string[]): string {
    return this.node
      .netns("node01")
      .enter(() => execFileSync("ipvsadm", args, { encoding: "utf8" }));
  }

  [Symbol.dispose](): void {
    this.proxier[Symbol.dispose]();
    this.node[Symbol.dispose]();
  }
}

const everything = model(sampleServices, sampleSlices);
const web = sampleService("web", { clusterIP: "10.96.0.20", ports: [{ name: "http", port: 80 }] });
const flows = new IpvsNode("ipvs");

test.before(async () => {
  flows.node.answerTcp("node01", 32000);
  await flows.sync(everything);
  for (const to of new Set(sampleFlowsOf("ipvs").map((flow) => flow.to))) {
    flows.node.watchStrays(to);
  }
});

test.after.always(() => flows[Symbol.dispose]());

for (const flow of sampleFlowsOf("ipvs")) {
  if (flow.to.startsWith("127.") && flow.from !== flow.to) continue;
  test.serial(`${flow.from} to ${flow.to}:${flow.port}: ${flow.title}`, async (t) => {
    await checkFlow(t, flows.node, { flow, tries });
  });
}

test.serial("the kernel has the virtual servers, sets and addresses that were meant", async (t) => {
  const { ipvs } = flows.node.kernel;
  const settings = ipvsSettings(flows.config, sampleNode, "ipv4");
  const listed = flows.listed();
  const wanted = wantedBy(everything, settings);
  t.deepEqual(
    sorted(new Map([...listed].map(([key, server]) => [key, server.realServers.keys()]))),
    sorted(new Map([...wanted.servers].map(([key, server]) => [key, server.realServers]))),
  );
  t.is(listed.get("tcp 10.96.0.21:80")?.persistentSeconds, 3_600);
  t.deepEqual(
    sorted(parseSets(await ipvs.ipsetSave())),
    sorted(listedSets(wanted.contents, "ipv4")),
  );
  t.deepEqual(
    [...(ipvs.boundAddresses(IPVS_DEVICE) ?? [])].sort(),
    [...(wanted.contents.get("KUBE-IPVS-IPS") ?? [])].sort(),
  );
});

test.serial("ipvsadm saves the very commands that proxy-rules prints", async (t) => {
  const input = {
    cluster: everything,
    config: flows.config,
    node: sampleNode,
    family: "ipv4",
  } as const;
  const { servers } = splitIpvsText(firstIpvsText(input));
  const saved = flows.ipvsadm("--save", "--numeric").trimEnd().split("\n");
  t.deepEqual(saved.sort(), [...servers].sort());
});

test.serial(
  "whoever comes after another reads what is there, and writes nothing but the rules",
  async (t) => {
    using node = new IpvsNode("ipvs-again");
    await node.sync(everything);
    node.written.length = 0;
    node.proxier = node.start(await node.node.kernel.iptablesSave());
    await node.sync(everything);
    t.is(node.written.length, 2);
    t.regex(node.written[0] ?? "", /^-A -t 198\.51\.100\.0:20000 -s rr\n-D /);
    t.regex(node.written[1] ?? "", /^\*nat\n(?:(?!-I ).*\n)+COMMIT\n/);
  },
);

test.serial("a sync without a change writes nothing", async (t) => {
  using node = new IpvsNode("ipvs-same");
  await node.sync(everything);
  node.written.length = 0;
  await node.sync(everything);
  t.deepEqual(node.written, []);
});

test.serial(
  "an endpoint that goes keeps its connections, gets no new ones, and goes with the last",
  async (t) => {
    using node = new IpvsNode("ipvs-drain");
    const server = node.node.answerTcp("pod-a", 8081);
    server.removeAllListeners("connection").on("connection", (client) => {
      // Its end is a reset.
      client.on("error", () => undefined).pipe(client);
    });
    const ports = [{ name: "http", port: 8081, protocol: "TCP" as const }];
    await node.sync(model([web], [sampleSlice("web", [sampleEndpoint(1, 2)], ports)]));
    const socket = await connectTcp(node.node.netns("pod-b"), {
      to: { address: ipAddress("10.96.0.20"), port: 80 },
      timeoutMs: patient(20_000),
      signal: patience,
    });
    const other = [{ name: "http", port: 8080, protocol: "TCP" as const }];
    await node.sync(model([web], [sampleSlice("web", [sampleEndpoint(2, 2)], other)]));
    const list = () => node.listed().get("tcp 10.96.0.20:80")?.realServers;
    t.is(list()?.get("10.244.1.2:8081")?.weight, 0);
    t.is(
      (await node.node.askTcp({ from: "10.244.1.5", to: "10.96.0.20", port: 80 })).server,
      "10.244.2.2:8080",
    );
    socket.write("still there\n");
    const [answer] = await once(socket, "data");
    t.is(String(answer), "still there\n");
    // Not by FIN, which would be remembered for two minutes.
    socket.resetAndDestroy();
    const isGone = async (): Promise<true | undefined> => {
      node.elapse();
      return list()?.has("10.244.1.2:8081") === false ? true : undefined;
    };
    t.true(await until(isGone, { intervalMs: 200, signal: patience }));
  },
);

test.serial("a step that the kernel refuses is named, and those behind it are done", (t) => {
  using node = new IpvsNode("ipvs-refused");
  const [gone, there] = ["10.96.0.98", "10.96.0.99"].map(
    (text): ServerAddress => ({ protocol: "tcp", address: ipAddress(text), port: 80 }),
  ) as [ServerAddress, ServerAddress];
  const add = { type: "add", server: there, scheduler: "rr", byPort: false } as const;
  const steps: IpvsChange[] = [
    { type: "delete-real", server: gone, real: { address: ipAddress("10.244.1.2"), port: 8080 } },
    { ...add, persistentSeconds: undefined },
  ];
  t.throws(() => node.node.kernel.ipvs.changeServers(steps), {
    message:
      "IPVS_CMD_DEL_DEST tcp 10.96.0.98:80 -> 10.244.1.2:8080 in netns ipvs-refused-node01: ESRCH (no such process)",
  });
  t.deepEqual([...node.listed().keys()], ["tcp 10.96.0.99:80"]);
});

test.serial(
  "virtual servers that somebody takes away are missed with the next change, and come back",
  async (t) => {
    using node = new IpvsNode("ipvs-lost");
    const of = (...hosts: readonly number[]): ClusterModel =>
      model(
        [web],
        [
          sampleSlice(
            "web",
            hosts.map((host) => sampleEndpoint(1, host)),
          ),
        ],
      );
    await node.sync(of(2));
    node.ipvsadm("-C");
    const cluster = of(2, 10);
    await t.throwsAsync(node.sync(cluster), { code: "KERNEL_ESRCH" });
    await node.sync(cluster);
    t.deepEqual(
      sorted(new Map([...node.listed()].map(([key, server]) => [key, server.realServers.keys()]))),
      ["tcp 10.96.0.20:80 10.244.1.10:8080 10.244.1.2:8080"],
    );
  },
);

test.serial(
  "a Service that goes takes its virtual servers, addresses and set entries along",
  async (t) => {
    using node = new IpvsNode("ipvs-gone");
    await node.sync(everything);
    await node.sync(model([], []));
    const { ipvs } = node.node.kernel;
    t.is(node.listed().size, 0);
    t.deepEqual(ipvs.boundAddresses(IPVS_DEVICE), []);
    t.true([...parseSets(await ipvs.ipsetSave()).values()].every((entries) => entries.size === 0));
  },
);

test.serial("a client with one long UDP flow moves off a deleted endpoint at once", async (t) => {
  using node = new IpvsNode("ipvs-udp");
  await node.sync(everything);
  using flow = node.node.udpFlow("10.244.1.5");
  const game = { to: "10.96.0.30", port: 9000 };
  const { server } = await flow.ask(game);
  t.is((await flow.ask(game)).server, server);
  const [left = sampleEndpoint(1, 2)] = [sampleEndpoint(1, 2), sampleEndpoint(2, 2)].filter(
    ({ addresses: [address] }) => `${address}:9000` !== server,
  );
  const ports = [{ name: "", port: 9000, protocol: "UDP" }] as const;
  const slices = sampleSlices.filter(({ metadata }) => !metadata.name.startsWith("game"));
  await node.sync(model(sampleServices, [...slices, sampleSlice("game", [left], ports)]));
  // expire_nodest_conn: the datagram that finds its real server gone ends the flow, and is lost; the next begins anew.
  const moved = await until(
    () =>
      flow.ask({ ...game, patienceMs: 500 }).then(
        (answer) => answer.server,
        () => undefined,
      ),
    { intervalMs: 10, signal: patience },
  );
  t.is(moved, `${left.addresses[0]}:9000`);
});

test.serial("session affinity holds a client, and lets go after its time-out", async (t) => {
  // Persistence counts from the end of the client's last connection, and lasts a minute longer where that ends later than it would.
  using node = new IpvsNode("ipvs-sticky", { udpTimeout: "1s" });
  const ports = [{ name: "", port: 9000, protocol: "UDP" }] as const;
  const slices = [sampleSlice("game", [sampleEndpoint(1, 2), sampleEndpoint(2, 2)], ports)];
  const sticky = (clusterIP: string, timeoutSeconds: number): ClusterModel =>
    model(
      [
        sampleService("game", {
          clusterIP,
          ports: [{ port: 9000, protocol: "UDP" }],
          sessionAffinity: "ClientIP",
          sessionAffinityConfig: { clientIP: { timeoutSeconds } },
        }),
      ],
      slices,
    );
  const ask = async (to: string): Promise<string> =>
    (await node.node.askUdp({ from: "10.244.1.5", to, port: 9000 })).server;
  await node.sync(sticky("10.96.0.30", 3600));
  const first = await ask("10.96.0.30");
  for (let count = 0; count < 5; count++) t.is(await ask("10.96.0.30"), first);
  await node.sync(sticky("10.96.0.31", 3));
  const held = await ask("10.96.0.31");
  // In turn, unless the client is held: whoever is let go meets the other.
  const moved = await until(async () => ((await ask("10.96.0.31")) === held ? undefined : true), {
    intervalMs: 6_000,
    signal: patience,
  });
  t.true(moved);
});

test.serial("time-outs, ARP and others' virtual servers are as configured", async (t) => {
  using node = new IpvsNode("ipvs-set", {
    tcpTimeout: "600s",
    udpTimeout: "30s",
    strictARP: true,
    excludeCIDRs: ["172.31.0.0/16"],
  });
  for (const at of ["172.31.0.1:80", "172.30.0.1:80"]) node.ipvsadm("-A", "-t", at, "-s", "rr");
  node.proxier = node.start("");
  await node.sync(model([web], []));
  t.deepEqual([...node.listed().keys()].sort(), ["tcp 10.96.0.20:80", "tcp 172.31.0.1:80"]);
  // Of a FIN nothing was said: the kernel's own.
  t.is(node.ipvsadm("--list", "--timeout").trim(), "Timeout (tcp tcpfin udp): 600 120 30");
  const values = {
    "net/ipv4/vs/conntrack": "1",
    "net/ipv4/vs/expire_nodest_conn": "1",
    "net/ipv4/vs/expire_quiescent_template": "1",
    "net/ipv4/conf/all/arp_ignore": "1",
    "net/ipv4/conf/all/arp_announce": "2",
  };
  for (const [name, value] of Object.entries(values)) {
    t.is(readSysctl(node.node.netns("node01"), name), value, name);
  }
});

const schedulers = [
  "wrr",
  "lc",
  "wlc",
  "lblc",
  "lblcr",
  "sh",
  "dh",
  "sed",
  "nq",
  "mh",
  "fo",
  "ovf",
];

test.serial("every scheduler is loaded and chooses, also one after another", async (t) => {
  using node = new IpvsNode("ipvs-each");
  const cluster = model([web], [sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(2, 2)])]);
  await node.sync(cluster);
  for (const scheduler of schedulers) {
    node.config = configOf({ scheduler });
    node.proxier = node.start("");
    await node.sync(cluster);
    t.is(node.listed().get("tcp 10.96.0.20:80")?.scheduler, scheduler);
    const { server } = await node.node.askTcp({ from: "10.244.1.5", to: "10.96.0.20", port: 80 });
    t.true(["10.244.1.2:8080", "10.244.2.2:8080"].includes(server), scheduler);
  }
});

test.serial(
  "a ping of a ClusterIP is refused by a rule, and answered where the rule is not",
  async (t) => {
    using node = new IpvsNode("ipvs-ping");
    await node.sync(everything);
    using socket = PingSocket.open(node.node.netns("pod-b"), "ipv4");
    const ping = () =>
      socket.echo({ to: ipAddress("10.96.0.20"), timeoutMs: patient(20_000), signal: patience });
    const refused = await ping();
    t.is(refused.type, "failure");
    // As before Kubernetes 1.27, which had no such chain.
    node.node.netns("node01").enter(() => execFileSync("iptables", ["-F", "KUBE-IPVS-FILTER"]));
    t.not((await ping()).type, "failure");
  },
);
