import test from "ava";
import { Netns } from "../../src/kernel/netns.ts";
import { applyPlans } from "../../src/kernel/plan/apply-plan.ts";
import { PingSocket } from "../../src/kernel/sockets/ping-socket.ts";
import { cidr } from "../../src/net/cidr.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { patient } from "../patience.ts";
import { TwoHosts } from "./two-hosts.ts";

const { signal } = new AbortController();
const timeoutMs = patient(5_000);

test("a reply says from whom, with which TTL and how long it took", async (t) => {
  using hosts = new TwoHosts("ping");
  using ping = PingSocket.open(hosts.client, "ipv4");
  const outcome = await ping.echo({ to: hosts.serverAddress, timeoutMs, signal });
  if (outcome.type !== "reply") return t.fail(outcome.error.message);
  t.is(outcome.from, hosts.serverAddress);
  t.is(outcome.ttl, 64);
  t.true(outcome.rttMs > 0 && outcome.rttMs < timeoutMs);
});

test("IPv6 echoes too", async (t) => {
  using hosts = new TwoHosts("ping6");
  using ping = PingSocket.open(hosts.client, "ipv6");
  const to = ipAddress("2001:db8::2");
  const outcome = await ping.echo({ to, timeoutMs, signal });
  if (outcome.type !== "reply") return t.fail(outcome.error.message);
  t.is(outcome.from, to);
  t.is(outcome.ttl, 64);
});

test("a hundred echoes at once are told apart", async (t) => {
  using hosts = new TwoHosts("ping-many");
  using ping = PingSocket.open(hosts.client, "ipv4");
  hosts.iptables("server", "-A INPUT -p icmp -d 203.0.113.2 -m length --length 0:99 -j DROP");
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      // Every other one is small and gets lost; only those are given up soon.
      ping.echo({
        to: hosts.serverAddress,
        ...(index % 2 === 0 ? { sizeBytes: 56, timeoutMs: 500 } : { sizeBytes: 100, timeoutMs }),
        signal,
      }),
    ),
  );
  t.deepEqual(
    outcomes.map(({ type }) => type),
    Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? "failure" : "reply")),
  );
});

interface Failure {
  readonly title: string;
  readonly rule?: string;
  readonly to?: string;
  readonly sizeBytes?: number;
  readonly timeoutMs?: number;
  readonly message: string;
}

const failures: readonly Failure[] = [
  {
    title: "REJECT icmp-admin-prohibited",
    rule: "-A INPUT -p icmp -j REJECT --reject-with icmp-admin-prohibited",
    message: "unreachable (ICMP type 3 code 13 from 203.0.113.2)",
  },
  { title: "DROP", rule: "-A INPUT -p icmp -j DROP", timeoutMs: 50, message: "timed out" },
  {
    title: "no route at the router",
    to: "198.51.100.1",
    message: "unreachable (ICMP type 3 code 0 from 203.0.113.2)",
  },
  { title: "no route", to: "10.96.0.1", message: "not sent (ENETUNREACH: network is unreachable)" },
  {
    title: "larger than the MTU, with DF",
    sizeBytes: 1600,
    message: "too big (EMSGSIZE: message too long)",
  },
];

for (const [
  index,
  { title, rule, to = "203.0.113.2", sizeBytes, message, ...rest },
] of failures.entries()) {
  test(`an echo fails as the kernel says: ${title}`, async (t) => {
    using hosts = new TwoHosts(`ping-failure${index}`);
    if (rule !== undefined) hosts.iptables("server", rule);
    using ping = PingSocket.open(hosts.client, "ipv4");
    const size = sizeBytes === undefined ? {} : { sizeBytes, dontFragment: true };
    const outcome = await ping.echo({ to: ipAddress(to), timeoutMs, signal, ...size, ...rest });
    if (outcome.type !== "failure") return t.fail("it was answered");
    t.is(outcome.error.message, `ping ${to} from netns ping-failure${index}-client: ${message}`);
  });
}

test("a growing TTL shows the path, hop by hop", async (t) => {
  const names = ["hop0", "hop1", "hop2", "hop3"];
  const netnsByName = new Map(names.map((name) => [name, Netns.create(name)]));
  // hop0 - hop1 - hop2 - hop3, the link between n and n + 1 being 10.0.n.0/24.
  applyPlans(
    names.map((netns, index) => ({
      netns,
      sysctls: { "net/ipv4/ip_forward": "1", "net/ipv4/icmp_ratelimit": "0" },
      links:
        index === 3
          ? []
          : [
              {
                type: "veth",
                name: "right",
                peer: { name: "left", netns: `hop${index + 1}` },
              } as const,
            ],
      addresses: [
        ...(index === 3 ? [] : [{ device: "right", address: cidr(`10.0.${index}.1/24`) }]),
        ...(index === 0 ? [] : [{ device: "left", address: cidr(`10.0.${index - 1}.2/24`) }]),
      ],
      routes: [
        ...(index === 3
          ? []
          : [{ to: cidr("10.0.2.0/23"), via: ipAddress(`10.0.${index}.2`) }].slice(
              index === 2 ? 1 : 0,
            )),
        ...(index < 2 ? [] : [{ to: cidr("10.0.0.0/24"), via: ipAddress(`10.0.${index - 1}.1`) }]),
      ],
    })),
    netnsByName,
  );
  const start = netnsByName.get("hop0");
  if (start === undefined) return t.fail();
  using ping = PingSocket.open(start, "ipv4");
  const hops: unknown[] = [];
  for (const ttl of [1, 2, 3]) {
    const outcome = await ping.echo({ to: ipAddress("10.0.2.2"), ttl, timeoutMs, signal });
    hops.push(
      outcome.type === "reply"
        ? ["reply", outcome.from]
        : [outcome.error.reason, outcome.error.icmp?.from],
    );
  }
  t.deepEqual(hops, [
    ["time exceeded", "10.0.0.2"],
    ["time exceeded", "10.0.1.2"],
    ["reply", "10.0.2.2"],
  ]);
  for (const netns of netnsByName.values()) netns[Symbol.dispose]();
});

test("an aborted echo ends with the signal's reason", async (t) => {
  using hosts = new TwoHosts("ping-abort");
  using ping = PingSocket.open(hosts.client, "ipv4");
  hosts.iptables("server", "-A INPUT -p icmp -j DROP");
  const controller = new AbortController();
  const echo = ping.echo({ to: hosts.serverAddress, timeoutMs, signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  t.is(await t.throwsAsync(echo), reason);
});
