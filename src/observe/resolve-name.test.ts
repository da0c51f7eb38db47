import test from "ava";
import { SocketError } from "../kernel/sockets/socket-error.ts";
import { ipAddress } from "../net/ip-address.ts";
import type { DnsMessage } from "../wire/packet/dns/message.ts";
import { DNS_A, DNS_AAAA, DNS_SRV } from "../wire/packet/dns/record.ts";
import { addressesInHosts } from "./hosts-file.ts";
import type { DnsQuerySeen } from "./probe.ts";
import { parseResolvConf } from "./resolv-conf.ts";
import { type AskDns, resolveName } from "./resolve-name.ts";

const pod = `nameserver 10.96.0.10
search vote.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
`;

const blank: DnsMessage = {
  id: 1,
  isResponse: true,
  opcode: 0,
  authoritative: true,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: true,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
  questions: [],
  answers: [],
  authorities: [],
  additionals: [],
};

const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };
type Word = keyof typeof rcodes | "silence" | "refusal";

/**
 * What servers say: by `NAME TYPE`, an address or a word; else NXDOMAIN. `@SERVER` before it is one server's own.
 */
function servers(zone: Readonly<Record<string, string>>): AskDns {
  return async ({ name, type, server }) => {
    const said =
      zone[`@${server} ${name} ${type}`] ??
      zone[`@${server}`] ??
      zone[`${name} ${type}`] ??
      "NXDOMAIN";
    if (said === "silence") throw new SocketError("ask", "timed out");
    if (said === "refusal") throw new SocketError("ask", "refused");
    if (Object.hasOwn(rcodes, said)) {
      return { message: { ...blank, rcode: rcodes[said as keyof typeof rcodes] }, protocol: "udp" };
    }
    const record = { name, class: 1, ttlSeconds: 5 };
    const answer =
      type === "SRV"
        ? ({
            ...record,
            type: DNS_SRV,
            data: { type: "srv", priority: 0, weight: 100, port: 6379, name: said },
          } as const)
        : said.includes(":")
          ? ({
              ...record,
              type: DNS_AAAA,
              data: { type: "aaaa", address: ipAddress(said) },
            } as const)
          : ({ ...record, type: DNS_A, data: { type: "a", address: ipAddress(said) } } as const);
    return { message: { ...blank, answers: [answer] }, protocol: "udp" };
  };
}

function format({ name, type, rcode, reason, server }: DnsQuerySeen): string {
  return `${name} ${type} ${rcode ?? reason} @${server.split(".").at(-1)}`;
}

const outsideQueries = ["vote.svc.cluster.local", "svc.cluster.local", "cluster.local"].flatMap(
  (domain) => [
    `www.example.com.${domain} A NXDOMAIN @10`,
    `www.example.com.${domain} AAAA NXDOMAIN @10`,
  ],
);

interface Row {
  readonly title: string;
  readonly name: string;
  readonly types?: readonly string[];
  readonly file?: string;
  readonly zone: Readonly<Record<string, string | Word>>;
  readonly queries: readonly string[];
  readonly answers?: readonly string[];
  readonly failure?: string;
}

const rows: readonly Row[] = [
  {
    title: "the first name of the search list that has an answer is the last that is asked for",
    name: "redis",
    zone: {
      "redis.vote.svc.cluster.local A": "10.96.0.6",
      "redis.vote.svc.cluster.local AAAA": "NOERROR",
    },
    queries: [
      "redis.vote.svc.cluster.local A NOERROR @10",
      "redis.vote.svc.cluster.local AAAA NOERROR @10",
    ],
    answers: ["10.96.0.6"],
  },
  {
    title: "a name outside goes through the whole list first: ndots is 5",
    name: "www.example.com",
    zone: { "www.example.com A": "203.0.113.10", "www.example.com AAAA": "2001:db8::10" },
    queries: [
      ...outsideQueries,
      "www.example.com A NOERROR @10",
      "www.example.com AAAA NOERROR @10",
    ],
    answers: ["203.0.113.10", "2001:db8::10"],
  },
  {
    title: "with a final dot it does not",
    name: "www.example.com.",
    types: ["A"],
    zone: { "www.example.com A": "203.0.113.10" },
    queries: ["www.example.com A NOERROR @10"],
    answers: ["203.0.113.10"],
  },
  {
    title: "a name without the record is passed over, and in the end there is none",
    name: "db",
    types: ["A"],
    zone: { "db.vote.svc.cluster.local A": "NOERROR" },
    queries: [
      "db.vote.svc.cluster.local A NOERROR @10",
      "db.svc.cluster.local A NXDOMAIN @10",
      "db.cluster.local A NXDOMAIN @10",
      "db A NXDOMAIN @10",
    ],
    failure: "no such name: db has no A record",
  },
  {
    title: "records of other types",
    name: "_redis._tcp.redis.vote.svc.cluster.local",
    types: ["SRV"],
    zone: { "_redis._tcp.redis.vote.svc.cluster.local SRV": "redis.vote.svc.cluster.local" },
    queries: ["_redis._tcp.redis.vote.svc.cluster.local SRV NOERROR @10"],
    answers: ["0 100 6379 redis.vote.svc.cluster.local"],
  },
  {
    title: "a server that is silent is asked twice, and no other name after that",
    name: "redis",
    types: ["A"],
    zone: { "@10.96.0.10": "silence" },
    queries: [
      "redis.vote.svc.cluster.local A timed out @10",
      "redis.vote.svc.cluster.local A timed out @10",
    ],
    failure: "timed out: ask: timed out",
  },
  {
    title: "the second server is asked when the first refuses, is silent or of no use",
    name: "redis.",
    types: ["A"],
    file: "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\noptions attempts:1",
    zone: { "@10.0.0.1": "refusal", "@10.0.0.2": "SERVFAIL", "redis A": "10.96.0.6" },
    queries: ["redis A refused @1", "redis A SERVFAIL @2", "redis A NOERROR @3"],
    answers: ["10.96.0.6"],
  },
  {
    title: "where every server fails, the other names are still tried",
    name: "redis",
    types: ["A"],
    file: "nameserver 10.0.0.1\nsearch a b\noptions attempts:1 ndots:2",
    zone: { "redis.a A": "SERVFAIL", "redis.b A": "NXDOMAIN", "redis A": "REFUSED" },
    queries: ["redis.a A SERVFAIL @1", "redis.b A NXDOMAIN @1", "redis A REFUSED @1"],
    failure: "bad answer: redis.a: SERVFAIL, says 10.0.0.1",
  },
  {
    title: "with rotate each name begins at another server",
    name: "x",
    types: ["A"],
    file: "nameserver 10.0.0.1\nnameserver 10.0.0.2\nsearch a\noptions rotate ndots:2",
    zone: {},
    queries: ["x.a A NXDOMAIN @1", "x A NXDOMAIN @2"],
    failure: "no such name: x has no A record",
  },
];

for (const {
  title,
  name,
  types = ["A", "AAAA"],
  file = pod,
  zone,
  queries,
  answers = [],
  failure,
} of rows) {
  test(title, async (t) => {
    const found = await resolveName(name, types, parseResolvConf(file), servers(zone));
    t.deepEqual(found.queries.map(format), queries);
    t.deepEqual(
      found.answers.map(({ data }) => data),
      answers,
    );
    const { reason, message } = found.failure ?? {};
    t.is(found.failure && `${reason}: ${message}`, failure);
  });
}

test("the second and third server are waited for longer, and share", async (t) => {
  const waits: number[] = [];
  const file = "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\noptions attempts:1";
  await resolveName("x.", ["A"], parseResolvConf(file), async ({ timeoutMs }) => {
    waits.push(timeoutMs);
    throw new SocketError("ask", "timed out");
  });
  t.deepEqual(waits, [5_000, 3_333, 6_666]);
});

test("whatever else goes wrong while asking is nobody's answer", async (t) => {
  const bug = new RangeError("bug");
  const ask: AskDns = () => Promise.reject(bug);
  t.is(await t.throwsAsync(resolveName("x", ["A"], parseResolvConf(pod), ask)), bug);
});

test("/etc/hosts knows names and aliases, whatever their case, and no comments", (t) => {
  const hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost\n192.0.2.1 db DB.example.net # old.example\n";
  t.deepEqual(
    ["localhost", "db.Example.net.", "old.example"].map((name) => addressesInHosts(hosts, name)),
    [[ipAddress("127.0.0.1"), ipAddress("::1")], [ipAddress("192.0.2.1")], []],
  );
});
