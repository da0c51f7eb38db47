/**
 * Does one piece of work many times, and prints how many descriptors it left open: `node descriptors-left.js WORK`.
 * A program of its own, since the test runner's threads open descriptors of the same process.
 */
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { SocketError } from "../../src/kernel/sockets/socket-error.ts";
import { connectTcp, listenTcp } from "../../src/kernel/sockets/tcp.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { patient } from "../patience.ts";
import { TwoHosts } from "./two-hosts.ts";

const { signal } = new AbortController();

const works = new Map<string, (hosts: TwoHosts) => Promise<void>>([
  ["namespaces", makeNamespaces],
  ["dumps", dumpLinks],
  ["connections", connectManyTimes],
]);

async function makeNamespaces(): Promise<void> {
  for (let index = 0; index < 50; index++) {
    using netns = Netns.create(`fd${index}`);
    netns.enter(() => undefined);
  }
}

async function dumpLinks(hosts: TwoHosts): Promise<void> {
  for (let index = 0; index < 50; index++) {
    using rtnetlink = Rtnetlink.open(hosts.client);
    rtnetlink.links();
  }
}

/** Ten thousand, a hundred at a time; every other one to a port where nobody listens. */
async function connectManyTimes(hosts: TwoHosts): Promise<void> {
  const address = ipAddress("0.0.0.0");
  const listener = createServer((socket) => socket.end());
  listenTcp(hosts.server, { address, port: 80 }, listener);
  for (let round = 0; round < 100; round++) {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => connectOnce(hosts, 80 + (index % 2))),
    );
  }
  listener.close();
  await once(listener, "close");
}

async function connectOnce(hosts: TwoHosts, port: number): Promise<void> {
  const to = { address: hosts.serverAddress, port };
  try {
    const socket = await connectTcp(hosts.client, { to, timeoutMs: patient(10_000), signal });
    socket.resume();
    socket.end();
    await once(socket, "close");
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
  }
}

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;

const [name = ""] = process.argv.slice(2);
const work = works.get(name);
if (work === undefined) throw new Error(`no such work: ${name}`);
using hosts = new TwoHosts(`left-${name}`);
// libuv opens one of its own when a first server listens, and keeps it.
await work(hosts);
const before = openDescriptors();
await work(hosts);
const left = openDescriptors() - before;
process.stdout.write(`${left}\n`);
