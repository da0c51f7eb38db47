/** Probes between two hosts: what they say where the answer is slow, or leaves something open. */
import { createServer } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import test from "ava";
import { listenTcp } from "../../src/kernel/sockets/tcp.ts";
import { udpSocket } from "../../src/kernel/sockets/udp.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import type { ProbeAim } from "../../src/observe/probes/attempt.ts";
import { probeHttp } from "../../src/observe/probes/http.ts";
import { probeTcp } from "../../src/observe/probes/tcp.ts";
import { probeTraceroute } from "../../src/observe/probes/traceroute.ts";
import { probeUdp } from "../../src/observe/probes/udp.ts";
import { Sightings } from "../../src/observe/sightings.ts";
import { patient } from "../patience.ts";
import { TwoHosts } from "./two-hosts.ts";

const any = ipAddress("0.0.0.0");

function aimAt(hosts: TwoHosts, more: Partial<ProbeAim> = {}): ProbeAim {
  return {
    netns: hosts.client,
    address: hosts.serverAddress,
    port: 80,
    path: "",
    options: {},
    timeoutMs: patient(5_000),
    sightings: new Sightings(),
    signal: new AbortController().signal,
    ...more,
  };
}

for (const { title, answer } of [
  { title: "that never comes", answer: undefined },
  { title: "whose body stops half-way", answer: "half" },
]) {
  test(`http: an answer ${title} is told as timed out`, async (t) => {
    using hosts = new TwoHosts(`stall-${answer ?? "all"}`);
    const server = createServer((_request, response) => {
      if (answer !== undefined) response.writeHead(200, { "content-length": 8 }).write(answer);
    });
    listenTcp(hosts.server, { address: any, port: 80 }, server);
    const attempt = await probeHttp(aimAt(hosts, { timeoutMs: 300 }));
    t.like(attempt, { ok: false, reason: "timed out" });
    server.closeAllConnections();
    server.close();
  });
}

const saw = {
  ...{
    source: { address: "10.0.0.1", port: 40_000 },
    destination: { address: "10.0.0.2", port: 80 },
  },
  server: "slow",
};

for (const { name, title, serve, expected } of [
  {
    name: "late",
    title: "whose server is slow to answer waits for it, and learns whom it saw",
    // Later than any time: it answers to the end of what the client says.
    serve: (socket: Socket, sightings: Sightings) => {
      const heard: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => heard.push(chunk));
      socket.on("end", () => {
        const [, id = ""] = Buffer.concat(heard).toString().trim().split(" ");
        sightings.note(id, saw);
        socket.end("late");
      });
    },
    expected: { ok: true, body: "late", serverSaw: saw },
  },
  {
    name: "waits",
    title: "of a server that waits for its own protocol is over when the server is",
    serve: (socket: Socket) => socket.resume().on("end", () => socket.end()),
    expected: { ok: true, body: undefined },
  },
  {
    name: "resets",
    title: "of a server that resets what it does not understand has been connected",
    serve: (socket: Socket) => socket.resume().on("end", () => socket.resetAndDestroy()),
    expected: { ok: true, body: undefined },
  },
]) {
  test(`tcp: a probe ${title}`, async (t) => {
    using hosts = new TwoHosts(`tcp-${name}`);
    const sightings = new Sightings();
    const server = createTcpServer({ allowHalfOpen: true }, (socket) => serve(socket, sightings));
    listenTcp(hosts.server, { address: any, port: 80 }, server);
    // Without an end of its own: what is said is what ends it.
    t.like(await probeTcp(aimAt(hosts, { timeoutMs: 2 ** 31 - 1, sightings })), expected);
    server.close();
  });
}

test("tcp: a probe of a server that never says a word is over with its time, and was connected", async (t) => {
  using hosts = new TwoHosts("tcp-mute");
  const accepted: Socket[] = [];
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => accepted.push(socket));
  listenTcp(hosts.server, { address: any, port: 80 }, server);
  t.like(await probeTcp(aimAt(hosts, { timeoutMs: patient(3_000) })), {
    ok: true,
    body: undefined,
  });
  for (const socket of accepted) socket.destroy();
  server.close();
});

test("tcp: a probe that nobody waits for any more ends at once", async (t) => {
  using hosts = new TwoHosts("tcp-abort");
  const given = new AbortController();
  const accepted: Socket[] = [];
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    given.abort(new Error("enough"));
  });
  listenTcp(hosts.server, { address: any, port: 80 }, server);
  const aim = aimAt(hosts, { timeoutMs: 2 ** 31 - 1, signal: given.signal });
  await t.throwsAsync(probeTcp(aim), { message: "enough" });
  for (const socket of accepted) socket.destroy();
  server.close();
});

test("traceroute: the time is the attempt's, not each hop's", async (t) => {
  using hosts = new TwoHosts("trace-late");
  hosts.iptables("server", "-A INPUT -j DROP");
  const attempt = await probeTraceroute(aimAt(hosts, { timeoutMs: 300 }));
  t.like(attempt, { ok: false, reason: "timed out" });
  t.deepEqual(attempt.hops, [{ ttl: 1 }]);
});

test("udp: a probe says from which address it was sent", async (t) => {
  using hosts = new TwoHosts("udp-local");
  const server = udpSocket(hosts.server, { address: any, port: 80 });
  server.on("message", (data, { address, port }) => server.send(data, port, address));
  const attempt = await probeUdp(aimAt(hosts, { options: { sourcePort: 40_000 } }));
  t.like(attempt, { ok: true, local: { address: hosts.clientAddress, port: 40_000 } });
  server.close();
});
