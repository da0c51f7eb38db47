/** Over loopback; a cluster's go the same way from the node's netns. */
import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import { connect, createServer, type Server } from "node:net";
import test, { type ExecutionContext } from "ava";
import type { ConnectRequest, RunningContainer } from "../kubelet-host.ts";
import type { ProbeTarget } from "./probe-target.ts";
import { type ProbeOutcome, runProbe } from "./run-probe.ts";

const address = "127.0.0.1";

async function listening(t: ExecutionContext, server: Server): Promise<number> {
  server.listen(0, address);
  await once(server, "listening");
  t.teardown(() => server.close());
  // One that nobody reads from does not notice that the other end has gone, and keeps the process.
  server.on("connection", (socket) => t.teardown(() => socket.destroy()));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return bound.port;
}

async function connectTcp({ to, signal }: ConnectRequest) {
  const socket = connect(to.port, to.address);
  // Of one that is given up, nobody hears how it ends.
  socket.on("error", () => undefined);
  try {
    await once(socket, "connect", { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

function ask(
  target: ProbeTarget,
  { timeoutMs = 5_000, exec }: { timeoutMs?: number; exec?: RunningContainer["exec"] } = {},
): Promise<ProbeOutcome> {
  const running = exec === undefined ? {} : { exec };
  return runProbe(target, { connectTcp, running, timeoutMs, signal: new AbortController().signal });
}

function http(port: number, path = "/"): ProbeTarget {
  return { type: "http", scheme: "http", address, port, path, headers: [["Cookie", "a=b"]] };
}

const success: ProbeOutcome = { answer: "success", message: "" };

for (const { status, message } of [
  { status: 200 },
  { status: 302 },
  { status: 399 },
  { status: 404, message: "HTTP probe failed with statuscode: 404" },
  { status: 503, message: "HTTP probe failed with statuscode: 503" },
]) {
  test(`HTTP ${status} is a ${message === undefined ? "success" : "failure"}`, async (t) => {
    const server = createHttp((_request, response) => response.writeHead(status).end("body"));
    const outcome = await ask(http(await listening(t, server)));
    t.deepEqual(outcome, message === undefined ? success : { answer: "failure", message });
  });
}

test("an HTTP probe sends what the manifest says, and says who it is", async (t) => {
  let seen: unknown;
  const server = createHttp(({ url, headers }, response) => {
    seen = { url, cookie: headers.cookie, agent: headers["user-agent"], host: headers.host };
    response.end();
  });
  const port = await listening(t, server);
  await ask(http(port, "/_healthz"));
  t.deepEqual(seen, {
    url: "/_healthz",
    cookie: "a=b",
    agent: "kube-probe/1.34",
    host: `${address}:${port}`,
  });
});

test("a closed port is a failure in the words of Go", async (t) => {
  const server = createServer();
  const port = await listening(t, server);
  server.close();
  const refused = `dial tcp ${address}:${port}: connect: connection refused`;
  t.is((await ask({ type: "tcp", address, port })).message, refused);
  t.is((await ask(http(port, "/x"))).message, `Get "http://${address}:${port}/x": ${refused}`);
  t.is(
    (await ask({ type: "grpc", address, port, service: "" })).message,
    `error: failed to connect service at "${address}:${port}": ${refused}`,
  );
});

test("a server that never answers is a failure when the time is up", async (t) => {
  const port = await listening(t, createServer());
  t.deepEqual(await ask({ type: "tcp", address, port }), success);
  const { answer, message } = await ask(http(port), { timeoutMs: 20 });
  t.is(answer, "failure");
  t.regex(
    message,
    /context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)$/,
  );
  t.is(
    (await ask({ type: "grpc", address, port, service: "" }, { timeoutMs: 20 })).message,
    `timeout: failed to connect service "${address}:${port}" within 0.02s: context deadline exceeded`,
  );
});

for (const { title, data, grpcStatus, message } of [
  { title: "SERVING", data: [0, 0, 0, 0, 2, 8, 1], grpcStatus: 0 },
  {
    title: "NOT_SERVING",
    data: [0, 0, 0, 0, 2, 8, 2],
    grpcStatus: 0,
    message: 'service unhealthy (responded with "NOT_SERVING")',
  },
  {
    title: "an empty message",
    data: [0, 0, 0, 0, 0],
    grpcStatus: 0,
    message: 'service unhealthy (responded with "UNKNOWN")',
  },
  {
    title: "NOT_FOUND",
    data: [],
    grpcStatus: 5,
    message: "error: health rpc failed with status 5",
  },
  {
    title: "UNIMPLEMENTED",
    data: [],
    grpcStatus: 12,
    message:
      "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)",
  },
]) {
  test(`gRPC ${title} is a ${message === undefined ? "success" : "failure"}`, async (t) => {
    const requests: Buffer[] = [];
    const server = createHttp2();
    server.on("stream", (stream) => {
      stream.on("data", (chunk: Buffer) => requests.push(chunk));
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(grpcStatus) }));
      stream.end(Buffer.from(data));
    });
    const port = await listening(t, server);
    const outcome = await ask({ type: "grpc", address, port, service: "cart" });
    t.deepEqual(outcome, message === undefined ? success : { answer: "failure", message });
    t.is(Buffer.concat(requests).toString("latin1"), "\0\0\0\0\x06\x0a\x04cart");
  });
}

test("a server that does not speak HTTP/2 fails a gRPC probe", async (t) => {
  const server = createServer((socket) => socket.on("error", () => undefined).end("hello\n"));
  const port = await listening(t, server);
  t.is((await ask({ type: "grpc", address, port, service: "" })).answer, "failure");
});

for (const { title, exec, want } of [
  { title: "exit code 0", exec: { exitCode: 0, output: "" }, want: success },
  {
    title: "another exit code",
    exec: { exitCode: 1, output: "no pong\n" },
    want: { answer: "failure", message: "no pong" },
  },
  { title: "no program to run", exec: undefined, want: success },
] as const) {
  test(`an exec probe with ${title}`, async (t) => {
    const run = exec === undefined ? {} : { exec: () => Promise.resolve(exec) };
    t.deepEqual(await ask({ type: "exec", command: ["redis-cli", "ping"] }, run), want);
  });
}

test("what cannot be asked fails without a packet", async (t) => {
  const message = 'couldn\'t find port: "http"';
  t.deepEqual(await ask({ type: "impossible", message }), { answer: "failure", message });
});

test("a probe that nobody waits for any more is rejected, not failed", async (t) => {
  const port = await listening(t, createServer());
  const ending = new AbortController();
  const asked = runProbe(http(port), {
    connectTcp,
    running: {},
    timeoutMs: 5_000,
    signal: ending.signal,
  });
  ending.abort(new Error("over"));
  await t.throwsAsync(asked, { message: "over" });
});
