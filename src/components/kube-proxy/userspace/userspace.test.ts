import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import test from "ava";
import { pino } from "pino";
import { seededRandom } from "../../../base/random.ts";
import { buildClusterModel } from "../model/cluster/cluster-model.ts";
import { rulesFor } from "../rules-for.ts";
import { sampleConfigOf, sampleNode } from "../testing/sample-node.ts";
import { sampleEndpoint, sampleService, sampleSlice } from "../testing/sample-services.ts";
import { UserspaceProxier } from "./proxier.ts";
import type { RelayKernel } from "./relay-kernel.ts";
import { RoundRobin } from "./round-robin.ts";
import { tcpRelay } from "./tcp-relay.ts";
import { udpRelay } from "./udp-relay.ts";

const abc = ["10.244.1.2:80", "10.244.1.3:80", "10.244.2.2:80"];

test("endpoints take turns, strictly", (t) => {
  const balancer = new RoundRobin(seededRandom("turns"));
  balancer.update(abc, undefined);
  const taken = Array.from({ length: 9 }, () => balancer.next("10.244.1.9", 0));
  t.deepEqual([...taken.slice(0, 3)].sort(), abc);
  t.deepEqual(taken.slice(3, 6), taken.slice(0, 3));
  t.deepEqual(taken.slice(6, 9), taken.slice(0, 3));
});

test("an update that changes nothing leaves whose turn it is", (t) => {
  const balancer = new RoundRobin(seededRandom("same"));
  balancer.update(abc, undefined);
  const first = balancer.next("c", 0);
  balancer.update([...abc], undefined);
  t.not(balancer.next("c", 0), first);
});

test("without endpoints nobody is next", (t) => {
  const balancer = new RoundRobin(seededRandom("none"));
  t.is(balancer.next("c", 0), undefined);
});

test("with affinity a client stays, each use renews it, and it ends with its time or its endpoint", (t) => {
  const balancer = new RoundRobin(seededRandom("stays"));
  balancer.update(abc, 10);
  const mine = balancer.next("me", 0) ?? "";
  t.is(balancer.next("me", 9_000), mine);
  t.is(balancer.next("me", 18_000), mine);
  t.not(balancer.next("other", 18_000), mine);
  t.not(balancer.next("me", 28_001), mine);
  const now = balancer.next("me", 28_002) ?? "";
  balancer.update(
    abc.filter((endpoint) => endpoint !== now),
    10,
  );
  t.not(balancer.next("me", 28_003), now);
});

test("who did not answer is not asked again, affinity or not", (t) => {
  const balancer = new RoundRobin(seededRandom("anew"));
  balancer.update(abc, 10);
  const first = balancer.next("me", 0);
  const second = balancer.next("me", 0, { anew: true });
  t.not(second, first);
  t.is(balancer.next("me", 1), second);
});

const web = sampleService("web", {
  type: "NodePort",
  clusterIP: "10.96.0.20",
  externalIPs: ["192.0.2.50"],
  ports: [{ name: "http", port: 80, nodePort: 30080 }],
});
const slice = sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(2, 2)]);

test("the rules of one small Service, whole", (t) => {
  const config = sampleConfigOf("userspace");
  const rules = rulesFor([web, slice], { mode: "userspace", node: sampleNode, config });
  t.is(
    rules,
    `*filter
:KUBE-NODEPORT-NON-LOCAL - [0:0]
-I INPUT -m comment --comment "Ensure that non-local NodePort traffic can flow" -j KUBE-NODEPORT-NON-LOCAL
-A KUBE-NODEPORT-NON-LOCAL -m comment --comment shop/web:http -p tcp -m tcp --dport 20000 -m comment --comment shop/web:http -m state --state NEW -j ACCEPT
COMMIT
*nat
:KUBE-PORTALS-CONTAINER - [0:0]
:KUBE-PORTALS-HOST - [0:0]
:KUBE-NODEPORT-CONTAINER - [0:0]
:KUBE-NODEPORT-HOST - [0:0]
-I PREROUTING -m comment --comment "handle ClusterIPs; NOTE: this must be before the NodePort rules" -j KUBE-PORTALS-CONTAINER
-I OUTPUT -m comment --comment "handle ClusterIPs; NOTE: this must be before the NodePort rules" -j KUBE-PORTALS-HOST
-A PREROUTING -m addrtype --dst-type LOCAL -m comment --comment "handle service NodePorts; NOTE: this must be the last rule in the chain" -j KUBE-NODEPORT-CONTAINER
-A OUTPUT -m addrtype --dst-type LOCAL -m comment --comment "handle service NodePorts; NOTE: this must be the last rule in the chain" -j KUBE-NODEPORT-HOST
-A KUBE-PORTALS-CONTAINER -m comment --comment shop/web:http -p tcp -m tcp --dport 80 -d 10.96.0.20/32 -j REDIRECT --to-ports 20000
-A KUBE-PORTALS-HOST -m comment --comment shop/web:http -p tcp -m tcp --dport 80 -d 10.96.0.20/32 -j DNAT --to-destination 192.168.0.16:20000
-A KUBE-PORTALS-CONTAINER -m comment --comment shop/web:http -p tcp -m tcp --dport 80 -d 192.0.2.50/32 -m physdev ! --physdev-is-in -j REDIRECT --to-ports 20000
-A KUBE-PORTALS-CONTAINER -m comment --comment shop/web:http -p tcp -m tcp --dport 80 -d 192.0.2.50/32 -m addrtype --dst-type LOCAL -j REDIRECT --to-ports 20000
-A KUBE-PORTALS-HOST -m comment --comment shop/web:http -p tcp -m tcp --dport 80 -d 192.0.2.50/32 -m addrtype --dst-type LOCAL -j DNAT --to-destination 192.168.0.16:20000
-A KUBE-NODEPORT-CONTAINER -m comment --comment shop/web:http -p tcp -m tcp --dport 30080 -j REDIRECT --to-ports 20000
-A KUBE-NODEPORT-HOST -m comment --comment shop/web:http -p tcp -m tcp --dport 30080 -j DNAT --to-destination 192.168.0.16:20000
COMMIT
# relay tcp 20000 shop/web:http -> 10.244.1.2:8080 10.244.2.2:8080
`,
  );
});

/** Sockets of this process, on loopback, at whatever port is free. */
class Loopback implements RelayKernel {
  port = 0;
  readonly dialled: number[] = [];
  readonly listenTcp: RelayKernel["listenTcp"] = (server) => {
    server.listen(0, "127.0.0.1", () => {
      this.port = (server.address() as AddressInfo).port;
      this.ready.resolve();
    });
  };
  readonly connectTcp: RelayKernel["connectTcp"] = async ({ address, port }) => {
    this.dialled.push(port);
    const socket = connect({ host: address, port, allowHalfOpen: true });
    await once(socket, "connect");
    return socket;
  };
  readonly bindUdp: RelayKernel["bindUdp"] = (port) => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1", () => {
      if (port === undefined) return;
      this.port = socket.address().port;
      this.ready.resolve();
    });
    return socket;
  };
  readonly ready = deferred();
}

function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

test("a connection is passed on byte by byte, past an endpoint that nobody serves, and ends at both ends", async (t) => {
  const kernel = new Loopback();
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const { port } = echo.address() as AddressInfo;
  const balancer = new RoundRobin(() => 0);
  // Port 1 of loopback is nobody's.
  balancer.update(["127.0.0.1:1", `127.0.0.1:${port}`], undefined);
  using _relay = tcpRelay({ port: 20_000, balancer, kernel, now: () => 0 });
  await kernel.ready.promise;
  for (let count = 0; count < 2; count++) {
    const client = connect({ host: "127.0.0.1", port: kernel.port, allowHalfOpen: true });
    client.end("all that I say");
    t.is(await text(client), "all that I say");
  }
  t.true(kernel.dialled.includes(1));
  echo.close();
});

test("without an endpoint the client is hung up on", async (t) => {
  const kernel = new Loopback();
  const balancer = new RoundRobin(() => 0);
  using _relay = tcpRelay({ port: 20_000, balancer, kernel, now: () => 0 });
  await kernel.ready.promise;
  const client = connect(kernel.port, "127.0.0.1");
  client.on("error", () => undefined);
  await once(client, "close");
  t.is(kernel.dialled.length, 0);
});

test("datagrams of one client go to one endpoint, and the answers come back", async (t) => {
  const kernel = new Loopback();
  const echo = createSocket("udp4");
  echo.on("message", (message, from) =>
    echo.send(`${message} ${from.port}`, from.port, from.address),
  );
  echo.bind(0, "127.0.0.1");
  await once(echo, "listening");
  const balancer = new RoundRobin(() => 0);
  balancer.update([`127.0.0.1:${echo.address().port}`], undefined);
  using _relay = udpRelay({ port: 20_000, balancer, kernel, now: () => 0 });
  await kernel.ready.promise;
  const client = createSocket("udp4");
  const seen = new Set<string>();
  for (const word of ["one", "two"]) {
    client.send(word, kernel.port, "127.0.0.1");
    const [answer] = await once(client, "message");
    const [said, port = ""] = String(answer).split(" ");
    t.is(said, word);
    seen.add(port);
  }
  t.is(seen.size, 1);
  client.close();
  echo.close();
});

test("an answer is passed on that came while this process was held up for longer than a flow may idle", async (t) => {
  const kernel = new Loopback();
  const echo = createSocket("udp4");
  echo.on("message", (message, from) => {
    echo.send(message, from.port, from.address, () => {
      const until = performance.now() + 400;
      while (performance.now() < until);
    });
  });
  echo.bind(0, "127.0.0.1");
  await once(echo, "listening");
  const balancer = new RoundRobin(() => 0);
  balancer.update([`127.0.0.1:${echo.address().port}`], undefined);
  using _relay = udpRelay({ port: 20_000, balancer, kernel, now: () => 0 });
  await kernel.ready.promise;
  const client = createSocket("udp4");
  client.send("still here", kernel.port, "127.0.0.1");
  const [answer] = await once(client, "message");
  t.is(String(answer), "still here");
  client.close();
  echo.close();
});

test("endpoints change without a rule, and what is not wanted any more ends", async (t) => {
  const payloads: string[] = [];
  const listening = new Set<number>();
  const servers: Array<{
    readonly port: number;
    readonly server: ReturnType<typeof createServer>;
  }> = [];
  using proxier = new UserspaceProxier({
    family: "ipv4",
    nodeName: "node01",
    log: pino({ level: "silent" }),
    restore: async (payload) => void payloads.push(payload),
    readRules: () => Promise.reject(new Error("what was written is known")),
    relay: {
      listenTcp: (server, port) => {
        listening.add(port);
        servers.push({ port, server });
        server.close = () => {
          listening.delete(port);
          return server;
        };
      },
      connectTcp: () => Promise.reject(new Error("nobody connects")),
      bindUdp: () => createSocket("udp4"),
    },
  });
  const view = (
    services: Parameters<typeof buildClusterModel>[0]["services"],
    hosts: number[],
  ) => ({
    cluster: buildClusterModel(
      {
        services,
        slices: [
          sampleSlice(
            "web",
            hosts.map((host) => sampleEndpoint(1, host)),
          ),
        ],
      },
      { family: "ipv4", loadBalancerIPMode: true },
    ),
    node: sampleNode,
    nowMs: 0,
  });
  t.is((await proxier.sync(view([web], [2]))).type, "full");
  t.deepEqual([...listening].sort(), [20_000, 30_080]);
  await proxier.sync(view([web], [2, 3]));
  t.is(payloads.length, 1);
  await proxier.sync(view([], []));
  t.is(payloads.length, 2);
  t.false(payloads[1]?.includes("-I "));
  t.deepEqual([...listening], []);
});

test("after a payload of which the kernel took a part, no jump is made twice", async (t) => {
  const saved =
    "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m comment --comment x -j KUBE-NODEPORT-NON-LOCAL\nCOMMIT\n";
  const payloads: string[] = [];
  using proxier = new UserspaceProxier({
    family: "ipv4",
    nodeName: "node01",
    log: pino({ level: "silent" }),
    restore: async (payload) => {
      payloads.push(payload);
      if (payloads.length === 1) throw new Error("nat is refused");
    },
    readRules: async () => saved,
    relay: new Loopback(),
  });
  const cluster = buildClusterModel(
    { services: [], slices: [] },
    { family: "ipv4", loadBalancerIPMode: true },
  );
  const view = { cluster, node: sampleNode, nowMs: 0 };
  await t.throwsAsync(proxier.sync(view), { message: "nat is refused" });
  t.is((await proxier.sync(view)).type, "full");
  const jumps = payloads.map((payload) => payload.match(/^-[IA] (?!KUBE-).* -j \S+$/gm) ?? []);
  t.is(jumps[0]?.length, 5);
  t.is(jumps[1]?.length, 4);
  t.false(payloads[1]?.includes("-I INPUT"));
  // And then nothing is owed any more.
  t.deepEqual(await proxier.sync(view), { type: "partial", changed: 0, bytes: 0 });
});
