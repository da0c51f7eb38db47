/** The API server's port in bad company: garbage, half of a request, and a thousand watches that are opened and dropped. */
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, get } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import test from "ava";
import { parse } from "yaml";
import { until } from "../../src/base/until.ts";
import { up } from "../../src/index.ts";
import { patience } from "../patience.ts";

const lab = await up("topologies/minimal.yaml", { name: `test-api-port-${process.pid}` });
const { pid, kubeconfig } = await lab.status();
const { clusters, users } = parse(readFileSync(kubeconfig, "utf8"));
const { cluster } = clusters[0];
const { user } = users[0];
const server = new URL(cluster.server);
const credentials = {
  ca: text(cluster["certificate-authority-data"]),
  cert: text(user["client-certificate-data"]),
  key: text(user["client-key-data"]),
};

test.after.always(() => lab.down());

function text(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

function ask(path: string, agent?: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${cluster.server}${path}`, { ...credentials, ...(agent && { agent }) }, resolve).once(
      "error",
      reject,
    );
  });
}

async function assertServes(t: { readonly is: (a: unknown, b: unknown) => void }): Promise<void> {
  const response = await ask("/api/v1/namespaces/default/services/web");
  response.resume();
  t.is(response.statusCode, 200);
}

/** What comes back until the other end closes. */
async function answerTo(socket: Socket, bytes: string | Uint8Array): Promise<string> {
  socket.on("error", () => undefined);
  socket.write(bytes);
  let said = "";
  socket.setEncoding("latin1").on("data", (part: string) => {
    said += part;
  });
  await new Promise((resolve) => socket.once("close", resolve));
  return said;
}

const plain = (): Socket => connect(Number(server.port), server.hostname);
const secure = (): Socket =>
  connectTls({ ...credentials, host: server.hostname, port: Number(server.port) });

for (const { what, open, bytes, says } of [
  { what: "no TLS at all", open: plain, bytes: "GET / HTTP/1.1\r\n\r\n", says: /^[\s\S]{0,7}$/ },
  {
    what: "random bytes",
    open: plain,
    bytes: Uint8Array.from({ length: 4_096 }, (_, i) => (i * 7919) % 251),
    says: /^[\s\S]{0,7}$/,
  },
  {
    what: "no HTTP within TLS",
    open: secure,
    bytes: "\u0000\u0001\u0002 nonsense\r\n\r\n",
    says: /^$|400/,
  },
  {
    what: "a head of a hundred kilobytes",
    open: secure,
    bytes: `GET /api HTTP/1.1\r\nhost: x\r\nlong: ${"x".repeat(100_000)}\r\n\r\n`,
    says: /^$|431|400/,
  },
  {
    what: "a path that is no path",
    open: secure,
    bytes: "GET /api/v1/namespaces/%ff%/pods HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    says: /^HTTP\/1\.1 400 [\s\S]*"reason":"BadRequest"/,
  },
  {
    what: "half a JSON",
    open: secure,
    bytes:
      'POST /api/v1/namespaces/default/pods HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 5\r\n\r\n{"a":',
    says: /^HTTP\/1\.1 400 [\s\S]*unexpected end of JSON input/,
  },
  {
    what: "an upgrade to nothing that there is",
    open: secure,
    bytes:
      "GET /api/v1/pods HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: chess\r\n\r\n",
    says: /^HTTP\/1\.1 200 [\s\S]*"kind":"PodList"/,
  },
]) {
  test.serial(`${what}: is answered or closed, and others are served`, async (t) => {
    t.regex(await answerTo(open(), bytes), says);
    await assertServes(t);
  });
}

test.serial("those who say nothing, or stop in the middle, keep nobody waiting", async (t) => {
  const silent = [plain(), secure()];
  const halves = [secure(), secure()];
  for (const socket of halves)
    socket.write("POST /api/v1/namespaces HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{");
  for (const socket of [...silent, ...halves]) socket.on("error", () => undefined);
  await assertServes(t);
  for (const socket of [...silent, ...halves]) socket.destroy();
});

test.serial("a thousand watches come and go, and leave nothing open", async (t) => {
  const open = (): number => readdirSync(`/proc/${pid}/fd`).length;
  const before = open();
  const agent = new Agent({ keepAlive: false, maxSockets: 1_000 });
  const watches: IncomingMessage[] = [];
  // A hundred handshakes at a time: each must end within two minutes, on an emulated processor too.
  while (watches.length < 1_000) {
    const more = Array.from({ length: 100 }, () => ask("/api/v1/services?watch=true", agent));
    watches.push(...(await Promise.all(more)));
  }
  t.true(open() >= 1_000);
  for (const watch of watches) watch.on("error", () => undefined).destroy();
  await until(async () => open() <= before + 5 || undefined, {
    intervalMs: 50,
    signal: patience(30_000),
  });
  await assertServes(t);
});
