import { once } from "node:events";
import { createServer, type Server } from "node:net";
import test from "ava";
import type { Netns } from "../../src/kernel/netns.ts";
import { HandedListener } from "../../src/kernel/sockets/handed-listener.ts";
import { bind, openSocket, SOCK_STREAM, socketFamily } from "../../src/kernel/sockets/socket.ts";
import { connectTcp } from "../../src/kernel/sockets/tcp.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { encodeSocketAddress } from "../../src/wire/socket/socket-address.ts";
import { patient } from "../patience.ts";
import { TwoHosts } from "./two-hosts.ts";

const address = ipAddress("127.0.0.1");
const { signal } = new AbortController();

/** A socket as a launcher hands it down: bound to a port that the kernel chose, in a netns that is not ours. */
function handedDown(netns: Netns): HandedListener {
  const kind = { family: socketFamily("ipv4"), type: SOCK_STREAM };
  const fd = openSocket("open a socket to hand down", netns, kind);
  bind("bind it", fd, encodeSocketAddress({ address, port: 0 }));
  return new HandedListener(fd);
}

async function heardFrom(netns: Netns, port: number): Promise<string> {
  const socket = await connectTcp(netns, {
    to: { address, port },
    timeoutMs: patient(5_000),
    signal,
  });
  const [data] = await once(socket, "data");
  socket.destroy();
  return String(data);
}

function greeter(text: string): Server {
  return createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(text);
  });
}

test("a socket that was handed down serves one server after the other on the same port", async (t) => {
  using hosts = new TwoHosts("handed");
  const listener = handedDown(hosts.client);
  const first = greeter("first");
  const port = await listener.listen(first);
  t.is(await heardFrom(hosts.client, port), "first");
  first.close();
  listener.refuse();
  const to = { address, port };
  const error = await t.throwsAsync(
    connectTcp(hosts.client, { to, timeoutMs: patient(5_000), signal }),
  );
  t.regex(error?.message ?? "", /refused/);
  const second = greeter("second");
  t.is(await listener.listen(second), port);
  t.is(await heardFrom(hosts.client, port), "second");
  second.close();
  listener.refuse();
});
