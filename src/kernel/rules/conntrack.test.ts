import test from "ava";
import { ipAddress } from "../../net/ip-address.ts";
import { parseConntrack } from "./conntrack.ts";

test("a translated TCP connection", (t) => {
  const line =
    "ipv4     2 tcp      6 119 TIME_WAIT src=10.244.1.2 dst=10.96.0.10 sport=59666 dport=80 " +
    "src=10.244.2.3 dst=10.244.1.2 sport=8080 dport=59666 [ASSURED] mark=16384 use=1 id=2447883364";
  t.deepEqual(parseConntrack(line), [
    {
      protocol: "tcp",
      timeoutSeconds: 119,
      state: "TIME_WAIT",
      original: {
        source: ipAddress("10.244.1.2"),
        destination: ipAddress("10.96.0.10"),
        sourcePort: 59666,
        destinationPort: 80,
      },
      reply: {
        source: ipAddress("10.244.2.3"),
        destination: ipAddress("10.244.1.2"),
        sourcePort: 8080,
        destinationPort: 59666,
      },
      assured: true,
      unreplied: false,
      mark: 16384,
    },
  ]);
});

test("an unanswered datagram, and a ping, which has no ports", (t) => {
  const lines = [
    "ipv4     2 udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=42396 dport=9 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=9 dport=42396 mark=0 use=1",
    "ipv4     2 icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=7 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=7 mark=0 use=1",
    "conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.",
  ];
  const [udp, icmp, ...rest] = parseConntrack(lines.join("\n"));
  t.deepEqual(rest, []);
  t.like(udp, { protocol: "udp", unreplied: true, original: { destinationPort: 9 } });
  t.is(udp?.state, undefined);
  t.deepEqual(icmp?.original, {
    source: ipAddress("10.0.0.1"),
    destination: ipAddress("10.0.0.2"),
  });
});
