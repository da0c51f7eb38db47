/** Probes between two hosts: what they say where the answer is slow, or leaves something open. */
import { createServer } from "node:http";
import test from "ava";
import { listenTcp } from "../../src/kernel/socket-tcp.ts";
import { udpSocket } from "../../src/kernel/socket-udp.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import type { ProbeAim } from "../../src/observe/probes/attempt.ts";
import { probeHttp } from "../../src/observe/probes/http.ts";
import { probeTraceroute } from "../../src/observe/probes/traceroute.ts";
import { probeUdp } from "../../src/observe/probes/udp.ts";
import { Sightings } from "../../src/observe/sightings.ts";
import { TwoHosts } from "./two-hosts.ts";

const any = ipAddress("0.0.0.0");

function aimAt(hosts: TwoHosts, more: Partial<ProbeAim> = {}): ProbeAim {
  return {
    netns: hosts.client,
    address: hosts.serverAddress,
    port: 80,
    path: "",
    options: {},
    timeoutMs: 5_000,
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
