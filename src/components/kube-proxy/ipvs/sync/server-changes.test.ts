import test from "ava";
import { ipAddress } from "../../../../net/ip-address.ts";
import { ipvsadmLine } from "../text/ipvsadm-line.ts";
import { serverKey, type VirtualServer } from "../wanted/virtual-server.ts";
import { type ListedServer, type ListedServers, listServers } from "./listed-servers.ts";
import { changeServers, drainingIn, realServerKey, removeDrained } from "./server-changes.ts";

const web: VirtualServer = {
  protocol: "tcp",
  address: ipAddress("10.96.0.20"),
  port: 80,
  scheduler: "rr",
  persistentSeconds: undefined,
  realServers: ["10.244.1.2:8080", "10.244.2.2:8080"],
};
const key = serverKey(web);

/** Weight and connections. */
type Counts = readonly [weight: number, connections: number];

/** `web` as it is in the kernel. */
function listed(
  [weightOfFirst, ofFirst]: Counts,
  [weightOfSecond, ofSecond]: Counts,
  protocol: VirtualServer["protocol"] = "tcp",
): ListedServers {
  const server: ListedServer = {
    ...web,
    protocol,
    realServers: new Map([
      ["10.244.1.2:8080", { weight: weightOfFirst, connections: ofFirst }],
      ["10.244.2.2:8080", { weight: weightOfSecond, connections: ofSecond }],
    ]),
  };
  return new Map([[serverKey(server), server]]);
}

const both = listed([1, 0], [1, 5]);

interface Case {
  readonly title: string;
  readonly present?: ListedServers;
  readonly wanted: readonly VirtualServer[];
  readonly draining?: readonly string[];
  readonly excludeCIDRs?: readonly string[];
  readonly commands: readonly string[];
}

const cases: readonly Case[] = [
  {
    title: "a new virtual server comes with its real servers",
    wanted: [web],
    commands: [
      "-A -t 10.96.0.20:80 -s rr",
      "-a -t 10.96.0.20:80 -r 10.244.1.2:8080 -m -w 1",
      "-a -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 1",
    ],
  },
  { title: "what is as it should be is left alone", present: both, wanted: [web], commands: [] },
  {
    title: "another scheduler and persistence change it in place",
    present: both,
    wanted: [{ ...web, scheduler: "mh", persistentSeconds: 600 }],
    commands: ["-E -t 10.96.0.20:80 -s mh -b mh-port -p 600"],
  },
  {
    title: "a real server without connections goes at once",
    present: both,
    wanted: [{ ...web, realServers: ["10.244.2.2:8080"] }],
    commands: ["-d -t 10.96.0.20:80 -r 10.244.1.2:8080"],
  },
  {
    title: "one with connections gets weight 0",
    present: both,
    wanted: [{ ...web, realServers: ["10.244.1.2:8080"] }],
    commands: ["-e -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 0"],
  },
  {
    title: "of UDP it goes at once, whoever talks to it",
    present: listed([1, 0], [1, 5], "udp"),
    wanted: [{ ...web, protocol: "udp", realServers: ["10.244.1.2:8080"] }],
    commands: ["-d -u 10.96.0.20:80 -r 10.244.2.2:8080"],
  },
  {
    title: "one that drained and comes back is made anew",
    present: listed([1, 0], [0, 5]),
    wanted: [web],
    draining: [realServerKey(key, "10.244.2.2:8080")],
    commands: [
      "-d -t 10.96.0.20:80 -r 10.244.2.2:8080",
      "-a -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 1",
    ],
  },
  {
    title: "a weight that somebody else has set is put right",
    present: listed([1, 0], [5, 5]),
    wanted: [web],
    commands: ["-e -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 1"],
  },
  {
    title: "a virtual server that nobody wants goes, with all it has",
    present: both,
    wanted: [],
    commands: ["-D -t 10.96.0.20:80"],
  },
  {
    title: "unless it is others'",
    present: both,
    wanted: [],
    excludeCIDRs: ["fd00::/8", "10.96.0.0/24"],
    commands: [],
  },
  {
    title: "IPv6 stands in brackets",
    wanted: [
      { ...web, address: ipAddress("fd00:10:96::a"), realServers: ["[fd00:10:244:1::2]:8080"] },
    ],
    commands: [
      "-A -t [fd00:10:96::a]:80 -s rr",
      "-a -t [fd00:10:96::a]:80 -r [fd00:10:244:1::2]:8080 -m -w 1",
    ],
  },
];

for (const {
  title,
  present = new Map(),
  wanted,
  draining = [],
  excludeCIDRs = [],
  commands,
} of cases) {
  test(title, (t) => {
    const { changes } = changeServers({
      present,
      wanted: new Map(wanted.map((server) => [serverKey(server), server])),
      draining: new Set(draining),
      excludeCIDRs,
    });
    t.deepEqual(changes.map(ipvsadmLine), commands);
  });
}

test("what is remembered of a change is what the next one starts from", (t) => {
  const wanted = new Map([[key, web]]);
  const empty = { draining: new Set<string>(), excludeCIDRs: [] };
  const { servers } = changeServers({ present: new Map(), wanted, ...empty });
  t.deepEqual(changeServers({ present: servers, wanted, ...empty }).changes, []);
});

test("what drains is removed when its last connection is gone", (t) => {
  const wanted = new Map([[key, { ...web, realServers: ["10.244.1.2:8080"] }]]);
  const draining = drainingIn(both, wanted);
  t.deepEqual([...draining], [realServerKey(key, "10.244.2.2:8080")]);
  t.deepEqual(removeDrained(both, draining).changes, []);
  const { changes } = removeDrained(listed([1, 0], [0, 0]), draining);
  t.deepEqual(changes.map(ipvsadmLine), ["-d -t 10.96.0.20:80 -r 10.244.2.2:8080"]);
});

test("of what the kernel lists each family has its own, by name", (t) => {
  const at = { protocol: "tcp", port: 80, scheduler: "sh", persistentSeconds: 10_800 } as const;
  const real = { port: 8080, weight: 1, connections: 5 };
  const counted = [
    {
      ...at,
      address: ipAddress("10.96.0.21"),
      realServers: [{ ...real, address: ipAddress("10.244.1.2") }],
    },
    {
      ...at,
      address: ipAddress("fd00::a"),
      realServers: [{ ...real, address: ipAddress("fd00::2") }],
    },
  ];
  const names = (family: "ipv4" | "ipv6"): unknown =>
    Array.from(listServers(counted, family), ([name, { realServers }]) => [name, ...realServers]);
  const counts = { weight: 1, connections: 5 };
  t.deepEqual(names("ipv4"), [["tcp 10.96.0.21:80", ["10.244.1.2:8080", counts]]]);
  t.deepEqual(names("ipv6"), [["tcp [fd00::a]:80", ["[fd00::2]:8080", counts]]]);
});
