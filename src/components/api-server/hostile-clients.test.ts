/** The server in bad company. Meanwhile somebody else asks something sensible, and is answered every time. */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import test from "ava";
import fc from "fast-check";
import { createObject } from "../../api/requests/requests.ts";
import { until } from "../../base/until.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

setFlagsFromString("--expose-gc");
// A new context has what the flag exposes.
const collectGarbage = runInNewContext("gc") as () => void;

const path = "/api/v1/namespaces/default/configmaps";

async function startServer(): Promise<TestServer> {
  const server = await startTestServer();
  createObject(server.store, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "default" },
  });
  const metadata = { name: "a", namespace: "default" };
  createObject(server.store, { apiVersion: "v1", kind: "ConfigMap", metadata });
  return server;
}

/** Asks again and again until `work` is done. @returns how often, and how often the answer was another than 200. */
async function askingDuring(
  server: TestServer,
  work: () => Promise<void>,
): Promise<{ readonly asked: number; readonly failed: number }> {
  let isOver = false;
  const asking = (async () => {
    let asked = 0;
    let failed = 0;
    do {
      const { code, body } = await server.ask("GET", `${path}/a`);
      asked++;
      if (code !== 200 || body.metadata.name !== "a") failed++;
    } while (!isOver);
    return { asked, failed };
  })();
  await work().finally(() => {
    isOver = true;
  });
  return asking;
}

/** Sends all of it and nothing more. Resolves when the server has answered or closed. */
async function send(server: TestServer, bytes: Uint8Array): Promise<void> {
  const socket = connectTo(server);
  await once(socket, "connect");
  socket.end(bytes);
  let hasSaid = false;
  socket.on("data", () => {
    hasSaid = true;
  });
  // What may stay open, a watch, is dropped as soon as it has begun.
  await until(async () => hasSaid || socket.destroyed || socket.readableEnded || undefined, {
    intervalMs: 1,
    signal: AbortSignal.timeout(20_000),
  });
  socket.destroy();
}

function connectTo({ url }: TestServer): Socket {
  return connect(Number(new URL(url).port), "127.0.0.1").on("error", () => undefined);
}

const pieces = fc.constantFrom(
  ..."api apis v1 apps namespaces default configmaps pods services deployments a exec log scale status openapi v3 %ff %00 .. \u00e9 ?watch=1 ?limit=-1 ?fieldSelector=x ?labelSelector=(".split(
    " ",
  ),
);
const target = fc.array(pieces, { maxLength: 7 }).map((each) => `/${each.join("/")}`);
const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "BREW");
const header = fc.tuple(
  fc.constantFrom(
    "accept",
    "authorization",
    "connection",
    "content-type",
    "content-length",
    "expect",
    "transfer-encoding",
    "upgrade",
  ),
  fc.oneof(
    fc.constantFrom(
      "application/json",
      "application/yaml",
      "application/apply-patch+yaml",
      "application/vnd.kubernetes.protobuf",
      "application/strategic-merge-patch+json",
      "chunked",
      "upgrade",
      "websocket",
      "SPDY/3.1",
      "100-continue",
      "7",
      "-1",
    ),
    fc.string({ maxLength: 20 }),
  ),
);
const body = fc.oneof(
  fc.json().map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(text.slice(0, text.length / 2))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([Buffer.from("k8s\0"), bytes])),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const almostHttp = fc
  .tuple(method, target, fc.array(header, { maxLength: 4 }), body)
  .map(([verb, url, headers, content]) =>
    Buffer.concat([
      Buffer.from(`${verb} ${url} HTTP/1.1\r\nhost: x\r\n`),
      Buffer.from(headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")),
      Buffer.from(`content-length: ${content.byteLength}\r\n\r\n`),
      content,
    ]),
  );
const noHttp = fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes));

test("whatever is sent is answered, or the connection closed, and others are served meanwhile", async (t) => {
  await using server = await startServer();
  const { asked, failed } = await askingDuring(server, () =>
    fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: almostHttp }, noHttp), (bytes) =>
        send(server, bytes),
      ),
      { numRuns: 600 },
    ),
  );
  t.true(asked > 0);
  t.is(failed, 0);
});

for (const [what, deep] of [
  ["lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ["objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
]) {
  test(`${what} nested a hundred thousand deep are refused, and nothing of them is kept`, async (t) => {
    await using server = await startServer();
    const body = `{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"config":${deep}}}`;
    const { code } = await server.ask("POST", "/api/v1/nodes", { body });
    t.is(code, 400);
    t.is((await server.ask("GET", "/api/v1/nodes")).body.items.length, 0);
  });
}

test("memory returns after thousands of watches, half of requests, and garbage", async (t) => {
  await using server = await startServer();
  const round = async (): Promise<void> => {
    await watchesThatAreDropped(server, 1_000);
    await halvesThatAreDropped(server, 200);
    for (const bytes of fc.sample(almostHttp, { numRuns: 100, seed: 7 })) await send(server, bytes);
    await gone(server);
  };
  // What is made once, such as the OpenAPI documents, is there after it.
  await round();
  const before = await usedBytes();
  const { asked, failed } = await askingDuring(server, async () => {
    for (let count = 0; count < 5; count++) await round();
  });
  const after = await usedBytes();
  t.is(failed, 0, `of ${asked}`);
  // A watch that stayed would keep its request, response, socket and stream: some 20 kB, so 100 MB of them all.
  t.true(after - before < 4_000_000, `${after - before} bytes more than before`);
});

async function watchesThatAreDropped(server: TestServer, count: number): Promise<void> {
  const watches = await Promise.all(
    Array.from({ length: count }, async () => {
      const request = get(`${server.url}${path}?watch=true`, { agent: false });
      request.on("error", () => undefined);
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.on("error", () => undefined);
      return request;
    }),
  );
  await until(async () => server.api.watches >= count || undefined, {
    intervalMs: 1,
    signal: AbortSignal.timeout(20_000),
  });
  for (const watch of watches) watch.destroy();
}

async function halvesThatAreDropped(server: TestServer, count: number): Promise<void> {
  const halves = Array.from({ length: count }, () => connectTo(server));
  await Promise.all(halves.map((socket) => once(socket, "connect")));
  for (const socket of halves) {
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n{"kind"`);
  }
  await setImmediate();
  for (const socket of halves) socket.destroy();
}

/** Until the server has seen the last of them go. */
async function gone(server: TestServer): Promise<void> {
  await until(async () => server.api.watches === 0 || undefined, {
    intervalMs: 1,
    signal: AbortSignal.timeout(20_000),
  });
}

async function usedBytes(): Promise<number> {
  // What waits for a turn of the loop to be let go of is let go of.
  for (let turn = 0; turn < 10; turn++) {
    await setImmediate();
    collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
