/** Exec, attach, port-forward and log over real connections, with programs that are functions. */
import { Duplex, PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { WebSocket } from "ws";
import type { PodSpec } from "../../../api/objects/pod.ts";
import { until } from "../../../base/until.ts";
import { SpdyClient } from "../testing/spdy-client.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import type { CommandRequest, PodRuntime, RunningCommand, TerminalSize } from "./pod-runtime.ts";

const path = "/api/v1/namespaces/default/pods/web";
const streams = "command=play&stdin=true&stdout=true&stderr=true";

async function serverWith(
  runtime: Partial<PodRuntime>,
  spec: Partial<PodSpec> = {},
): Promise<TestServer> {
  const server = await startTestServer({ runtime });
  server.store.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { nodeName: "node01", containers: [{ name: "main" }], ...spec },
  });
  return server;
}

interface Played {
  readonly requests: CommandRequest[];
  readonly sizes: TerminalSize[];
  released: number;
}

/** Says what it reads, in capitals; on stderr how much. Ends with `exitCode`, or not at all. */
function shouting(exitCode: number | "never starts"): { runtime: Partial<PodRuntime> } & Played {
  const played: Played = { requests: [], sizes: [], released: 0 };
  const start = (request: CommandRequest) => (): RunningCommand => {
    played.requests.push(request);
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const read = text(stdin);
    read.then(
      (said) => {
        stdout.end(said.toUpperCase());
        stderr.end(String(said.length));
      },
      () => undefined,
    );
    return {
      stdin,
      stdout,
      stderr: request.kind === "terminal" ? undefined : stderr,
      resize: (size) => played.sizes.push(size),
      exited: read.then(() => {
        if (exitCode === "never starts") throw new Error('exec: "play": no such file');
        return exitCode;
      }),
      release: () => {
        played.released++;
      },
    };
  };
  return Object.assign(played, { runtime: { exec: start } });
}

async function soon(t: ExecutionContext, holds: () => boolean): Promise<void> {
  await until(async () => holds() || undefined, {
    intervalMs: 2,
    signal: AbortSignal.timeout(10_000),
  });
  t.pass();
}

const failed = {
  metadata: {},
  status: "Failure",
  message: "command terminated with non-zero exit code: exit code 7",
  reason: "NonZeroExitCode",
  details: { causes: [{ reason: "ExitCode", message: "7" }] },
};

for (const { exitCode, status } of [
  { exitCode: 0, status: { metadata: {}, status: "Success" } },
  { exitCode: 7, status: failed },
]) {
  test(`exec on SPDY: streams, end of stdin, status ${exitCode}`, async (t) => {
    const { runtime, requests } = shouting(exitCode);
    await using server = await serverWith(runtime);
    using client = await SpdyClient.connect(`${server.url}${path}/exec?${streams}`, [
      "v4.channel.k8s.io",
      "v3.channel.k8s.io",
    ]);
    t.is(client.protocol, "v4.channel.k8s.io");
    const error = await client.open({ streamtype: "error" });
    const stdin = await client.open({ streamType: "stdin" });
    const stdout = await client.open({ streamType: "stdout" });
    const stderr = await client.open({ streamType: "stderr" });
    client.write(stdin, "hel");
    client.write(stdin, "lo", { fin: true });
    await client.closed;
    const { received, finished } = client.answer;
    t.is(received.get(stdout), "HELLO");
    t.is(received.get(stderr), "5");
    t.deepEqual(JSON.parse(received.get(error) ?? ""), status);
    t.deepEqual([...finished].sort(), [error, stdin, stdout, stderr]);
    t.like(requests[0], { command: ["play"], input: "stdin", kind: "pipes", container: "main" });
  });

  test(`exec on a WebSocket: channels, close of stdin, status ${exitCode}`, async (t) => {
    const { runtime } = shouting(exitCode);
    await using server = await serverWith(runtime);
    const { channels } = await talk(t, server, streams, "v5.channel.k8s.io", (socket) => {
      socket.send(Buffer.from("\0hello"));
      socket.send(Uint8Array.of(255, 0));
    });
    t.is(channels.get(1), "HELLO");
    t.is(channels.get(2), "5");
    t.deepEqual(JSON.parse(channels.get(3) ?? ""), status);
  });
}

test("a program that does not start is told as an internal error", async (t) => {
  const { runtime } = shouting("never starts");
  await using server = await serverWith(runtime);
  const { channels } = await talk(t, server, streams, "v5.channel.k8s.io", (socket) =>
    socket.send(Uint8Array.of(255, 0)),
  );
  t.like(JSON.parse(channels.get(3) ?? ""), {
    reason: "InternalError",
    message:
      'Internal error occurred: error executing command in container: exec: "play": no such file',
  });
});

test("on a terminal there is no stderr, and the client tells the size of its window", async (t) => {
  const { runtime, sizes, requests } = shouting(0);
  await using server = await serverWith(runtime);
  const query = "command=play&stdin=true&stdout=true&stderr=true&tty=true";
  await talk(t, server, query, "v5.channel.k8s.io", (socket) => {
    socket.send(Buffer.from('\u0004{"Width":80,"Height":24}\n'));
    socket.send(Buffer.from('\u0004{"Width":-1}'));
    socket.send(Uint8Array.of(255, 0));
  });
  t.deepEqual(sizes, [{ columns: 80, rows: 24 }]);
  using client = await SpdyClient.connect(`${server.url}${path}/exec?${query}`, [
    "v4.channel.k8s.io",
  ]);
  for (const type of ["error", "stdout"]) await client.open({ streamtype: type });
  const resize = await client.open({ streamtype: "resize" });
  client.write(resize, '{"Width":132,');
  client.write(resize, '"Height":50}\n');
  const stdin = await client.open({ streamtype: "stdin" });
  client.write(stdin, "", { fin: true });
  await client.closed;
  t.deepEqual(sizes[1], { columns: 132, rows: 50 });
  t.is(requests[1]?.kind, "terminal");
});

test("a client that hangs up lets the program go", async (t) => {
  const played = shouting(0);
  await using server = await serverWith(played.runtime);
  using client = await SpdyClient.connect(`${server.url}${path}/exec?command=play&stdin=true`, [
    "v4.channel.k8s.io",
  ]);
  await client.open({ streamtype: "error" });
  await client.open({ streamtype: "stdin" });
  await soon(t, () => played.requests.length === 1);
  client.socket.destroy();
  await soon(t, () => played.released === 1);
  const socket = await openWebSocket(server, streams, "v5.channel.k8s.io");
  await soon(t, () => played.requests.length === 2);
  socket.terminate();
  await soon(t, () => played.released === 2);
});

test("garbage in place of SPDY ends the connection, and the server lives", async (t) => {
  const { runtime } = shouting(0);
  await using server = await serverWith(runtime);
  for (const garbage of [
    "\x80\x02\0\x01\0\0\0\0",
    "GET / HTTP/1.1\r\n\r\n",
    "\x80\x03\0\x01\0\0\0\x01x",
  ]) {
    using client = await SpdyClient.connect(`${server.url}${path}/exec?${streams}`, []);
    client.socket.end(Buffer.from(garbage, "latin1"));
    await client.closed;
  }
  t.is((await server.ask("GET", path)).code, 200);
});

for (const { title, query, protocols, message } of [
  {
    title: "no stream",
    query: "command=a",
    protocols: ["v4.channel.k8s.io"],
    message: /400 .*at least 1 of stdin, stdout, stderr/,
  },
  {
    title: "no command",
    query: "stdout=true",
    protocols: ["v4.channel.k8s.io"],
    message: /400 .*at least one command/,
  },
  {
    title: "an unknown container",
    query: "stdout=true&command=a&container=x",
    protocols: ["v4.channel.k8s.io"],
    message: /400 .*container x is not valid for pod web/,
  },
  {
    title: "an unknown protocol",
    query: "stdout=true&command=a",
    protocols: ["v9.channel.k8s.io"],
    message: /403 .*client supports \[v9\.channel\.k8s\.io\]/,
  },
]) {
  test(`exec is refused before the upgrade: ${title}`, async (t) => {
    await using server = await serverWith(shouting(0).runtime);
    const url = `${server.url}${path}/exec?${query}`;
    await t.throwsAsync(SpdyClient.connect(url, protocols), { message });
  });
}

test("exec without an upgrade, in a pod on no node, or in a container that does not run is refused", async (t) => {
  await using server = await serverWith({}, {});
  t.like(await server.ask("POST", `${path}/exec?${streams}`), {
    code: 400,
    body: { message: "Upgrade request required" },
  });
  const url = `${server.url}${path}/exec?${streams}`;
  await t.throwsAsync(SpdyClient.connect(url, []), { message: /500 .*container not found/ });
  await using homeless = await serverWith({}, { nodeName: "" });
  await t.throwsAsync(SpdyClient.connect(`${homeless.url}${path}/exec?${streams}`, []), {
    message: /400 .*pod web does not have a host assigned/,
  });
});

test("a fast program waits for a slow client, and loses nothing", async (t) => {
  const total = 32 * 1024 * 1024;
  let produced = 0;
  const exec = () => (): RunningCommand => {
    const stdout = new PassThrough({ highWaterMark: 65_536 });
    const piece = Buffer.alloc(65_536, "x");
    const write = (): void => {
      while (produced < total) {
        produced += piece.length;
        if (!stdout.write(piece)) {
          stdout.once("drain", write);
          return;
        }
      }
      stdout.end();
    };
    write();
    return {
      stdin: undefined,
      stdout,
      stderr: undefined,
      resize: () => undefined,
      exited: Promise.resolve(0),
      release: () => undefined,
    };
  };
  await using server = await serverWith({ exec });
  const socket = await openWebSocket(server, "command=a&stdout=true", "v5.channel.k8s.io");
  let received = 0;
  socket.on("message", (data: Buffer) => {
    if (data[0] === 1) received += data.length - 1;
  });
  socket.pause();
  let before = -1;
  // The program stands still once all buffers on the way are full.
  await until(
    async () => {
      const stands = produced > 0 && produced === before;
      before = produced;
      return stands || undefined;
    },
    { intervalMs: 200, signal: AbortSignal.timeout(20_000) },
  );
  t.true(produced < total, `${produced} bytes went out although nobody read`);
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.resume();
  await closed;
  t.is(received, total);
});

test("port-forward joins two streams of one request to a connection, and tells what fails", async (t) => {
  const connect: PodRuntime["connect"] = async (_pod, port) => {
    if (port !== 80) throw new Error(`dial tcp4 127.0.0.1:${port}: connect: connection refused`);
    const echo = new PassThrough();
    return Duplex.from({ readable: echo, writable: echo });
  };
  await using server = await serverWith({ connect });
  using client = await SpdyClient.connect(`${server.url}${path}/portforward`, [
    "portforward.k8s.io",
  ]);
  t.is(client.protocol, "portforward.k8s.io");
  const open = (type: string, port: string, id: string): Promise<number> =>
    client.open({ streamtype: type, port, requestid: id });
  const error = await open("error", "80", "0");
  const data = await open("data", "80", "0");
  client.write(data, "ping", { fin: true });
  await soon(t, () => client.answer.finished.has(data) && client.answer.finished.has(error));
  t.is(client.answer.received.get(data), "ping");
  t.is(client.answer.received.get(error), "");
  const refused = await open("error", "81", "1");
  await open("data", "81", "1");
  await soon(t, () => client.answer.finished.has(refused));
  t.regex(
    client.answer.received.get(refused) ?? "",
    /^error forwarding port 81 to pod web, uid .*connection refused$/,
  );
});

test("log: pieces as they come, and the words of kubelet when there is none", async (t) => {
  const wanted: unknown[] = [];
  const log: PodRuntime["log"] = ({ pod: _pod, ...request }) => {
    wanted.push(request);
    if (request.which === "previous") return undefined;
    return (async function* () {
      yield Buffer.from("one\n");
      yield Buffer.from("two\n");
    })();
  };
  await using server = await serverWith({ log });
  t.like(await server.ask("GET", `${path}/log?tailLines=2&timestamps=true&follow=1`), {
    code: 200,
    body: "one\ntwo\n",
  });
  t.like(wanted[0], { container: "main", tailLines: 2, timestamps: true, follow: true });
  t.like(await server.ask("GET", `${path}/log?previous=true`), {
    code: 400,
    body: { message: 'previous terminated container "main" in pod "web" not found' },
  });
  for (const query of [
    "tailLines=-1",
    "limitBytes=0",
    "sinceSeconds=x",
    "sinceTime=noon",
    "sinceTime=2026-01-01T00:00:00Z&sinceSeconds=1",
  ]) {
    t.is((await server.ask("GET", `${path}/log?${query}`)).code, 422, query);
  }
});

test("with several containers, the one that is meant must be named", async (t) => {
  await using server = await serverWith(
    {},
    { containers: [{ name: "a" }, { name: "b" }], initContainers: [{ name: "i" }] },
  );
  t.like(await server.ask("GET", `${path}/log`), {
    code: 400,
    body: {
      message:
        "a container name must be specified for pod web, choose one of: [a b] or one of the init containers: [i]",
    },
  });
});

async function openWebSocket(
  { url }: TestServer,
  query: string,
  protocol: string,
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}${path}/exec?${query}`, protocol);
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("open", resolve));
  return socket;
}

/** A whole conversation: what came on each channel. */
async function talk(
  t: ExecutionContext,
  server: TestServer,
  query: string,
  protocol: string,
  say: (socket: WebSocket) => void,
): Promise<{ readonly channels: ReadonlyMap<number, string> }> {
  const socket = await openWebSocket(server, query, protocol);
  t.is(socket.protocol, protocol);
  const channels = new Map<number, string>();
  socket.on("message", (data: Buffer) => {
    const channel = data[0] ?? -1;
    channels.set(channel, (channels.get(channel) ?? "") + data.subarray(1).toString());
  });
  const closed = new Promise((resolve) => socket.on("close", resolve));
  say(socket);
  await closed;
  return { channels };
}
