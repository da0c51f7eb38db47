/** Real sockets on loopback; what runs in a pod's netns differs only in who makes them. */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { connect, createServer, type Server, type Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import test from "ava";
import { pino } from "pino";
import { Store } from "../../api/store/store.ts";
import { PodResponders } from "./pod-responders.ts";
import { type Responder, startResponder } from "./responder.ts";
import type { Sighting } from "./witness.ts";

const log = pino({ level: "silent" });
const host = "127.0.0.1";
const identity = { name: "vote/vote-1", container: "vote", hostname: "vote-1" };

interface Started {
  readonly responder: Responder;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly sightings: readonly Sighting[];
}

/** One port by name, whatever the kernel gives by number. */
async function start(): Promise<Started> {
  const sightings: Sighting[] = [];
  const servers: Server[] = [];
  const sockets: DatagramSocket[] = [];
  // biome-ignore lint/nursery/useDisposables: each test disposes it.
  const responder = await startResponder({
    identity,
    ports: [
      { port: 80, protocol: "TCP", required: true },
      { port: 80, protocol: "UDP", required: false },
    ],
    listenTcp: () => {
      const server = createServer().listen(0, host);
      servers.push(server);
      return server;
    },
    bindUdp: () => {
      const socket = createSocket("udp4").bind(0, host);
      sockets.push(socket);
      return socket;
    },
    witness: { record: (sighting) => void sightings.push(sighting) },
    log,
    now: () => 1_000,
  });
  const [tcp, udp] = [servers[0]?.address(), sockets[0]?.address()];
  if (tcp === null || typeof tcp !== "object" || udp === undefined) throw new Error("no address");
  return { responder, tcpPort: tcp.port, udpPort: udp.port, sightings };
}

async function get(
  port: number,
  path: string,
  {
    headers = {},
    body = "",
    agent,
  }: { headers?: object; body?: string | Buffer; agent?: Agent } = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const sent = request({
    host,
    port,
    path,
    method: body.length > 0 ? "POST" : "GET",
    headers: { ...headers },
    ...(agent !== undefined && { agent }),
  });
  sent.end(body);
  // once() adds its listener in the same turn; the argument is what http documents.
  const [response] = await once(sent, "response");
  return { status: response.statusCode, body: await text(response) };
}

async function exchange(port: number, sent: string | Buffer): Promise<Buffer> {
  const socket = connect(port, host);
  socket.end(sent);
  return buffer(socket);
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, host);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

test("one port speaks HTTP, echo and gRPC health, told by the first bytes", async (t) => {
  const { responder, tcpPort } = await start();
  await using _responder = responder;
  t.deepEqual(await get(tcpPort, "/hostname"), { status: 200, body: "vote-1" });
  t.is((await exchange(tcpPort, "hello\n")).toString(), "hello\n");
  t.deepEqual(await checkHealth(tcpPort, "/grpc.health.v1.Health/Check"), {
    data: "00000000020801",
    grpcStatus: "0",
  });
  t.deepEqual(await checkHealth(tcpPort, "/shop.Cart/Get"), { data: "", grpcStatus: "12" });
});

async function checkHealth(
  port: number,
  path: string,
): Promise<{ readonly data: string; readonly grpcStatus: unknown }> {
  const session = connectHttp2(`http://${host}:${port}`);
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
  });
  let grpcStatus: unknown;
  const note = (headers: Readonly<Record<string, unknown>>): void => {
    grpcStatus = headers["grpc-status"] ?? grpcStatus;
  };
  stream.on("response", note);
  stream.on("trailers", note);
  stream.end(Buffer.alloc(5));
  const data = await buffer(stream);
  session.close();
  return { data: data.toString("hex"), grpcStatus };
}

test("HTTP/2 has the paths of HTTP/1", async (t) => {
  const { responder, tcpPort } = await start();
  await using _responder = responder;
  const session = connectHttp2(`http://${host}:${tcpPort}`);
  t.is(await text(session.request({ ":path": "/hostname" })), "vote-1");
  session.close();
});

test("a request in pieces is still HTTP", async (t) => {
  const { responder, tcpPort } = await start();
  await using _responder = responder;
  const socket = await connected(tcpPort);
  socket.setNoDelay(true);
  for (const piece of ["G", "E", "T /hostname HTTP/1.0\r\n", "\r\n"]) {
    socket.write(piece);
    // A turn for the other side to read the piece alone.
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.regex(await text(socket), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nvote-1$/);
});

for (const { title, sent } of [
  { title: "the beginning of a method and nothing more", sent: "PO" },
  { title: "nothing", sent: "" },
  { title: "binary", sent: Buffer.of(0, 255, 10, 13) },
  { title: "eight megabytes", sent: Buffer.alloc(8 << 20, "podwire-") },
]) {
  test(`echo gives back ${title} after a half-close`, async (t) => {
    const { responder, tcpPort } = await start();
    await using _responder = responder;
    t.true((await exchange(tcpPort, sent)).equals(Buffer.from(sent)));
  });
}

test("what looks like the beginning of a method comes back also without a half-close", async (t) => {
  const { responder, tcpPort } = await start();
  await using _responder = responder;
  const socket = await connected(tcpPort);
  socket.write("P");
  const [answer] = await once(socket, "data");
  t.is(String(answer), "P");
  socket.destroy();
});

test("a kept-alive connection serves many requests, big bodies among them", async (t) => {
  const { responder, tcpPort } = await start();
  await using _responder = responder;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.is((await get(tcpPort, "/echo?msg=1", { agent })).body, "1");
  const body = Buffer.alloc(4 << 20);
  t.is((await get(tcpPort, "/echo?msg=2", { agent, body })).body, "2");
  t.is((await get(tcpPort, "/echo?msg=3", { agent })).body, "3");
  t.is(responder.connectionCount, 1);
  agent.destroy();
});

test("the witness hears of probes by TCP, UDP and HTTP, and the answers are as usual", async (t) => {
  const { responder, tcpPort, udpPort, sightings } = await start();
  await using _responder = responder;
  const line = (id: string): string => `podwire-probe ${id}\n`;
  t.is((await exchange(tcpPort, line("a"))).toString(), line("a"));
  t.is(await askUdp(udpPort, line("b")), line("b"));
  t.is((await get(tcpPort, "/hostname", { headers: { "X-Podwire-Probe": "c" } })).body, "vote-1");
  t.like(
    sightings.map(({ id, protocol, server, container }) => ({ id, protocol, server, container })),
    ["tcp", "udp", "http"].map((protocol, index) => ({
      id: "abc"[index],
      protocol,
      server: "vote/vote-1",
      container: "vote",
    })),
  );
  t.deepEqual(sightings[0]?.destination, { address: host, port: tcpPort });
  t.is(sightings[1]?.receivedAtMs, 1_000);
  t.true(sightings.every(({ source }) => source.address === host && source.port > 0));
});

async function askUdp(port: number, payload: string): Promise<string> {
  const socket = createSocket("udp4");
  socket.send(payload, port, host);
  const [answer] = await once(socket, "message");
  socket.close();
  return String(answer);
}

test("connections are forgotten when they close, by a reset too", async (t) => {
  const { responder, tcpPort } = await start();
  await using _responder = responder;
  await exchange(tcpPort, "hello");
  const socket = await connected(tcpPort);
  socket.write("hello");
  await once(socket, "data");
  t.is(responder.connectionCount, 1);
  socket.resetAndDestroy();
  await get(tcpPort, "/", { headers: { Connection: "close" } });
  while (responder.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
  t.is(responder.connectionCount, 0);
});

test("discard says how many bytes have come behind its first line, and to whom", async (t) => {
  const { responder, tcpPort, sightings } = await start();
  await using _responder = responder;
  const socket = await connected(tcpPort);
  socket.write("podwire-dis");
  socket.write("card 5f3a9c\nabc");
  socket.end(Buffer.alloc(100_000));
  const said = (await text(socket)).trim().split("\n").map(Number);
  t.is(said.at(-1), 100_003);
  t.deepEqual(
    said,
    said.toSorted((a, b) => a - b),
  );
  t.like(sightings, [{ id: "5f3a9c", protocol: "tcp", server: "vote/vote-1" }]);
});

test("ending it closes what is open: idle, echo, HTTP and HTTP/2", async (t) => {
  const { responder, tcpPort } = await start();
  const idle = await connected(tcpPort);
  const echo = await connected(tcpPort);
  echo.write("hello");
  await once(echo, "data");
  const agent = new Agent({ keepAlive: true });
  await get(tcpPort, "/", { agent });
  const session = connectHttp2(`http://${host}:${tcpPort}`);
  session.on("error", () => undefined);
  await once(session, "remoteSettings");
  const closed = Promise.all([idle, echo, session].map((open) => once(open, "close")));
  await responder.end(137);
  await closed;
  t.is(await responder.exited, 137);
  await t.throwsAsync(exchange(tcpPort, "hello"), { code: "ECONNREFUSED" });
  agent.destroy();
});

test("a client can end it, and gets no answer", async (t) => {
  const { responder, tcpPort } = await start();
  await t.throwsAsync(get(tcpPort, "/exit?code=3"), { code: "ECONNRESET" });
  t.is(await responder.exited, 3);
});

test("a required port that is taken is an error in a server's words, and nothing stays open", async (t) => {
  await using taken = createServer().listen(0, host);
  await once(taken, "listening");
  const address = taken.address();
  if (address === null || typeof address === "string") return t.fail();
  const servers: Server[] = [];
  const options = {
    identity,
    listenTcp: (port: number): Server => {
      const server = createServer().listen(port === 80 ? 0 : address.port, host);
      servers.push(server);
      return server;
    },
    bindUdp: () => createSocket("udp4").bind(0, host),
    witness: { record: () => undefined },
    log,
  };
  const ports = (required: boolean) =>
    [
      { port: 80, protocol: "TCP", required: true },
      { port: 81, protocol: "TCP", required },
    ] as const;
  await t.throwsAsync(startResponder({ ...options, ports: ports(true) }), {
    code: "RESPONDER_PORT_TAKEN",
    message: "listen tcp :81: bind: address already in use",
  });
  t.false(servers.some(({ listening }) => listening));
  await using _courtesy = await startResponder({ ...options, ports: ports(false) });
  t.pass();
});

test("a Service that comes later opens its port, and one that goes closes none", async (t) => {
  const store = new Store();
  const opened: number[] = [];
  using responders = PodResponders.watch(store, { record: () => undefined }, log);
  const metadata = { name: "web", namespace: "default" };
  const pod = store.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, labels: { app: "web" } },
    spec: { containers: [{ name: "web" }] },
  });
  await using _responder = await responders.start({
    pod,
    container: "web",
    hostname: "web",
    responds: () => true,
    listenTcp: (port) => {
      opened.push(port);
      return createServer().listen(0, host);
    },
    bindUdp: () => createSocket("udp4").bind(0, host),
  });
  t.deepEqual(opened, []);
  store.create({
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  t.deepEqual(opened, [8080]);
  store.remove("Service", metadata);
  t.deepEqual(opened, [8080]);
});
