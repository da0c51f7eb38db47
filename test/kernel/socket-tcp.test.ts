import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import test from "ava";
import { SocketError, type SocketErrorReason } from "../../src/kernel/sockets/socket-error.ts";
import { connectTcp, listenTcp } from "../../src/kernel/sockets/tcp.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { patient } from "../patience.ts";
import { TwoHosts } from "./two-hosts.ts";

const { signal } = new AbortController();
const any = ipAddress("0.0.0.0");

/** Answers with the address it saw, and what it was told. */
function echoServer(): Server {
  return createServer({ allowHalfOpen: true }, (socket) => {
    socket.write(`${socket.remoteAddress} `);
    socket.pipe(socket);
  });
}

async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("a connection across two namespaces carries data both ways, with its own addresses", async (t) => {
  using hosts = new TwoHosts("carries");
  const server = listenTcp(hosts.server, { address: any, port: 80 }, echoServer());
  const to = { address: hosts.serverAddress, port: 80 };
  const socket = await connectTcp(hosts.client, { to, timeoutMs: patient(5_000), signal });
  t.is(socket.remoteAddress, hosts.serverAddress);
  socket.end("hello");
  t.is(await textOf(socket), "203.0.113.1 hello");
  server.close();
  await once(server, "close");
});

test("a connection leaves from the address and port it is told to", async (t) => {
  using hosts = new TwoHosts("from");
  const server = listenTcp(hosts.server, { address: any, port: 80 }, createServer());
  const to = { address: hosts.serverAddress, port: 80 };
  const from = { address: hosts.clientAddress, port: 40_000 };
  const accepted: Promise<Socket[]> = once(server, "connection");
  const socket = await connectTcp(hosts.client, { to, from, timeoutMs: patient(5_000), signal });
  const [peer] = await accepted;
  t.is(peer?.remoteAddress, from.address);
  t.is(peer?.remotePort, from.port);
  socket.destroy();
  peer?.destroy();
  server.close();
});

test("IPv6 is usable at once, without duplicate address detection", async (t) => {
  using hosts = new TwoHosts("ipv6");
  const address = ipAddress("2001:db8::2");
  const server = listenTcp(hosts.server, { address, port: 80 }, echoServer());
  const socket = await connectTcp(hosts.client, {
    to: { address, port: 80 },
    timeoutMs: patient(5_000),
    signal,
  });
  socket.end("six");
  t.is(await textOf(socket), "2001:db8::1 six");
  server.close();
});

test("an HTTP server listens inside a netns as well", async (t) => {
  using hosts = new TwoHosts("http");
  const server = listenTcp(
    hosts.server,
    { address: any, port: 80 },
    createHttpServer((_request, response) => response.end("web")),
  );
  const to = { address: hosts.serverAddress, port: 80 };
  const socket = await connectTcp(hosts.client, { to, timeoutMs: patient(5_000), signal });
  socket.end("GET / HTTP/1.0\r\n\r\n");
  t.regex(await textOf(socket), /\r\n\r\nweb$/);
  server.close();
});

test("a taken port, and an address that is not there, are refused at once", (t) => {
  using hosts = new TwoHosts("taken");
  const server = listenTcp(hosts.server, { address: any, port: 80 }, createServer());
  t.throws(() => listenTcp(hosts.server, { address: any, port: 80 }, createServer()), {
    code: "KERNEL_EADDRINUSE",
    message: "listen on 0.0.0.0:80 in netns taken-server: EADDRINUSE (address already in use)",
  });
  const address = ipAddress("10.0.0.1");
  t.throws(() => listenTcp(hosts.server, { address, port: 80 }, createServer()), {
    code: "KERNEL_EADDRNOTAVAIL",
  });
  server.close();
});

interface Refusal {
  readonly title: string;
  /** Where the rule goes, and the rule; the port is 80. */
  readonly rule?: readonly ["client" | "server", string];
  readonly to?: string;
  readonly reason: SocketErrorReason;
  readonly icmp?: { readonly type: number; readonly code: number; readonly from: string };
  readonly timeoutMs?: number;
}

const input = "-A INPUT -p tcp --dport 80 -j";
const output = "-A OUTPUT -p tcp --dport 80 -j";
const server = "203.0.113.2";
const client = "203.0.113.1";

const refusals: readonly Refusal[] = [
  { title: "nobody listens", reason: "refused" },
  {
    title: "REJECT tcp-reset",
    rule: ["server", `${input} REJECT --reject-with tcp-reset`],
    reason: "refused",
  },
  {
    title: "REJECT icmp-port-unreachable, which is not a RST",
    rule: ["server", `${input} REJECT --reject-with icmp-port-unreachable`],
    reason: "unreachable",
    icmp: { type: 3, code: 3, from: server },
  },
  {
    title: "REJECT icmp-host-unreachable",
    rule: ["server", `${input} REJECT --reject-with icmp-host-unreachable`],
    reason: "unreachable",
    icmp: { type: 3, code: 1, from: server },
  },
  {
    title: "REJECT icmp-admin-prohibited",
    rule: ["server", `${input} REJECT --reject-with icmp-admin-prohibited`],
    reason: "unreachable",
    icmp: { type: 3, code: 13, from: server },
  },
  { title: "DROP", rule: ["server", `${input} DROP`], reason: "timed out", timeoutMs: 50 },
  {
    title: "REJECT on the way out",
    rule: ["client", `${output} REJECT --reject-with icmp-port-unreachable`],
    reason: "unreachable",
    icmp: { type: 3, code: 3, from: client },
  },
  {
    title: "REJECT tcp-reset on the way out",
    rule: ["client", `${output} REJECT --reject-with tcp-reset`],
    reason: "refused",
  },
  {
    title: "DROP on the way out",
    rule: ["client", `${output} DROP`],
    reason: "timed out",
    timeoutMs: 50,
  },
  {
    title: "no route at the router",
    to: "198.51.100.1",
    reason: "unreachable",
    icmp: { type: 3, code: 0, from: server },
  },
  {
    title: "a TTL too short for the path",
    rule: ["client", "-t mangle -A OUTPUT -p tcp -d 198.51.100.200 -j TTL --ttl-set 1"],
    to: "198.51.100.200",
    reason: "time exceeded",
    icmp: { type: 11, code: 0, from: server },
  },
  { title: "no route", to: "10.96.0.1", reason: "not sent" },
  { title: "a blackhole route", to: "192.0.2.1", reason: "not sent" },
];

for (const [
  index,
  { title, rule, to = server, reason, icmp, timeoutMs = patient(5_000) },
] of refusals.entries()) {
  test(`a connection fails as the kernel says: ${title}`, async (t) => {
    using hosts = new TwoHosts(`refusal${index}`);
    if (rule !== undefined) hosts.iptables(...rule);
    const address = ipAddress(to);
    const error = await t.throwsAsync(
      connectTcp(hosts.client, { to: { address, port: 80 }, timeoutMs, signal }),
      { instanceOf: SocketError },
    );
    t.is(error?.reason, reason);
    t.deepEqual(
      error?.icmp,
      icmp === undefined ? undefined : { ...icmp, from: ipAddress(icmp.from) },
    );
  });
}

test("a failure's message says where to, from where and why", async (t) => {
  using hosts = new TwoHosts("message");
  hosts.iptables("server", `${input} REJECT --reject-with icmp-host-unreachable`);
  const to = { address: hosts.serverAddress, port: 80 };
  await t.throwsAsync(connectTcp(hosts.client, { to, timeoutMs: patient(5_000), signal }), {
    message:
      "connect to 203.0.113.2:80 from netns message-client: unreachable (ICMP type 3 code 1 from 203.0.113.2)",
  });
});

test("an aborted connection ends with the signal's reason", async (t) => {
  using hosts = new TwoHosts("abort");
  hosts.iptables("server", `${input} DROP`);
  const controller = new AbortController();
  const to = { address: hosts.serverAddress, port: 80 };
  const connecting = connectTcp(hosts.client, {
    to,
    timeoutMs: patient(5_000),
    signal: controller.signal,
  });
  const reason = new Error("enough");
  controller.abort(reason);
  t.is(await t.throwsAsync(connecting), reason);
});
