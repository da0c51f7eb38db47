import { once } from "node:events";
import test from "ava";
import { until } from "../../src/base/until.ts";
import type { QueuedError, SocketErrorReason } from "../../src/kernel/sockets/socket-error.ts";
import { connectUdp, udpSocket } from "../../src/kernel/sockets/udp.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { patience } from "../patience.ts";
import { TwoHosts } from "./two-hosts.ts";

test("datagrams cross two namespaces, each with its own address", async (t) => {
  using hosts = new TwoHosts("udp");
  const server = udpSocket(hosts.server, { port: 53 });
  const client = udpSocket(hosts.client, { port: 5353 });
  server.on("message", (text, from) =>
    server.send(`${from.address} ${text}`, from.port, from.address),
  );
  client.send("hello", 53, hosts.serverAddress);
  const [answer, from] = await once(client, "message");
  t.is(String(answer), "203.0.113.1 hello");
  t.is(from.port, 53);
  server.close();
  client.close();
});

test("a connected socket sends without an address", async (t) => {
  using hosts = new TwoHosts("udp-connected");
  const server = udpSocket(hosts.server, { port: 53 });
  const to = { address: hosts.serverAddress, port: 53 };
  const client = await connectUdp(hosts.client, { to });
  t.is(client.address().address, hosts.clientAddress);
  t.is(client.remoteAddress().port, 53);
  client.send("hello");
  const [text] = await once(server, "message");
  t.is(String(text), "hello");
  server.close();
  client.close();
});

test("a taken port is refused at once", (t) => {
  using hosts = new TwoHosts("udp-taken");
  const server = udpSocket(hosts.server, { port: 53 });
  t.throws(() => udpSocket(hosts.server, { port: 53 }), {
    message: "bind UDP 0.0.0.0:53 in netns udp-taken-server: EADDRINUSE (address already in use)",
  });
  server.close();
});

test("a destination without a route is not sent to", async (t) => {
  using hosts = new TwoHosts("udp-unrouted");
  const to = { address: ipAddress("10.96.0.1"), port: 53 };
  await t.throwsAsync(connectUdp(hosts.client, { to }), {
    code: "SOCKET_FAILED",
    message:
      "connect UDP to 10.96.0.1:53 from netns udp-unrouted-client: not sent (ENETUNREACH: network is unreachable)",
  });
});

interface Refusal {
  readonly title: string;
  readonly rejectWith?: string;
  readonly reason: SocketErrorReason;
  readonly code: number;
}

const refusals: readonly Refusal[] = [
  { title: "nobody listens", reason: "refused", code: 3 },
  {
    title: "REJECT icmp-host-unreachable",
    rejectWith: "icmp-host-unreachable",
    reason: "unreachable",
    code: 1,
  },
  {
    title: "REJECT icmp-admin-prohibited",
    rejectWith: "icmp-admin-prohibited",
    reason: "unreachable",
    code: 13,
  },
];

for (const [index, { title, rejectWith, reason, code }] of refusals.entries()) {
  for (const connected of [false, true]) {
    test(`${connected ? "a connected" : "an unconnected"} socket hears of ICMP errors, and who sent them: ${title}`, async (t) => {
      using hosts = new TwoHosts(`udp-refusal${index}${connected}`);
      if (rejectWith !== undefined) {
        hosts.iptables("server", `-A INPUT -p udp -j REJECT --reject-with ${rejectWith}`);
      }
      const to = { address: hosts.serverAddress, port: 53 };
      let tell: (error: QueuedError) => void = () => t.fail();
      const told = new Promise<QueuedError>((resolve) => {
        tell = resolve;
      });
      const onIcmpError = (error: QueuedError): void => tell(error);
      const client = connected
        ? await connectUdp(hosts.client, { to, onIcmpError })
        : udpSocket(hosts.client, { onIcmpError });
      if (connected) client.send("lost");
      else client.send("lost", to.port, to.address);
      const error = await told;
      t.is(error.reason, reason);
      t.deepEqual(error.icmp, { type: 3, code, from: hosts.serverAddress });
      t.deepEqual(error.to, to);
      t.is(Buffer.from(error.payload).toString(), "lost");
      client.close();
    });
  }
}

test.serial("a socket that heard of an ICMP error lets the event loop rest", async (t) => {
  using hosts = new TwoHosts("udp-rest");
  const client = await new Promise<ReturnType<typeof udpSocket>>((resolve) => {
    const socket = udpSocket(hosts.client, { onIcmpError: () => resolve(socket) });
    socket.send("lost", 53, hosts.serverAddress);
  });
  // With something left in the error queue, the loop would find the socket ready for ever.
  const rests = async (): Promise<true | undefined> => {
    const start = performance.eventLoopUtilization();
    await t.throwsAsync(once(client, "message", { signal: AbortSignal.timeout(100) }));
    return performance.eventLoopUtilization(start).utilization < 0.5 || undefined;
  };
  // Not in the first tenth of a second where others have the processor.
  t.true(await until(rests, { intervalMs: 1, signal: patience(20_000) }));
  client.close();
});
