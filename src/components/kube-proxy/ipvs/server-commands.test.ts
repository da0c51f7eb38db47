import test from "ava";
import { ipAddress } from "../../../net/ip-address.ts";
import { type ListedServers, parseServers } from "./listed-servers.ts";
import { changeServers, drainingIn, realServerKey, removeDrained } from "./server-commands.ts";
import { serverKey, type VirtualServer } from "./virtual-server.ts";

const web: VirtualServer = {
  protocol: "tcp",
  address: ipAddress("10.96.0.20"),
  port: 80,
  scheduler: "rr",
  persistentSeconds: undefined,
  realServers: ["10.244.1.2:8080", "10.244.2.2:8080"],
};
const key = serverKey(web);

function listing(...lines: readonly string[]): ListedServers {
  return parseServers(["IP Virtual Server version 1.2.1 (size=4096)", ...lines, ""].join("\n"));
}

const both = [
  "TCP  10.96.0.20:80 rr",
  "  -> 10.244.1.2:8080              Masq    1      0          0         ",
  "  -> 10.244.2.2:8080              Masq    1      3          2         ",
];

interface Case {
  readonly title: string;
  readonly present: readonly string[];
  readonly wanted: readonly VirtualServer[];
  readonly draining?: readonly string[];
  readonly excludeCIDRs?: readonly string[];
  readonly commands: readonly string[];
}

const cases: readonly Case[] = [
  {
    title: "a new virtual server comes with its real servers",
    present: [],
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
    present: both.map((line) => line.replace("TCP", "UDP")),
    wanted: [{ ...web, protocol: "udp", realServers: ["10.244.1.2:8080"] }],
    commands: ["-d -u 10.96.0.20:80 -r 10.244.2.2:8080"],
  },
  {
    title: "one that drained and comes back is made anew",
    present: both.map((line) => line.replace("1      3", "0      3")),
    wanted: [web],
    draining: [realServerKey(key, "10.244.2.2:8080")],
    commands: [
      "-d -t 10.96.0.20:80 -r 10.244.2.2:8080",
      "-a -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 1",
    ],
  },
  {
    title: "a weight that somebody else has set is put right",
    present: both.map((line) => line.replace("1      3", "5      3")),
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
    present: [],
    wanted: [
      { ...web, address: ipAddress("fd00:10:96::a"), realServers: ["[fd00:10:244:1::2]:8080"] },
    ],
    commands: [
      "-A -t [fd00:10:96::a]:80 -s rr",
      "-a -t [fd00:10:96::a]:80 -r [fd00:10:244:1::2]:8080 -m -w 1",
    ],
  },
];

for (const { title, present, wanted, draining = [], excludeCIDRs = [], commands } of cases) {
  test(title, (t) => {
    const change = changeServers({
      present: listing(...present),
      wanted: new Map(wanted.map((server) => [serverKey(server), server])),
      draining: new Set(draining),
      excludeCIDRs,
    });
    t.deepEqual(change.commands, commands);
  });
}

test("what is remembered of a change is what the next one starts from", (t) => {
  const wanted = new Map([[key, web]]);
  const empty = { draining: new Set<string>(), excludeCIDRs: [] };
  const { servers } = changeServers({ present: new Map(), wanted, ...empty });
  t.deepEqual(changeServers({ present: servers, wanted, ...empty }).commands, []);
});

test("what drains is removed when its last connection is gone", (t) => {
  const wanted = new Map([[key, { ...web, realServers: ["10.244.1.2:8080"] }]]);
  const busy = listing(...both);
  const draining = drainingIn(busy, wanted);
  t.deepEqual([...draining], [realServerKey(key, "10.244.2.2:8080")]);
  t.deepEqual(removeDrained(busy, draining).commands, []);
  const idle = listing(...both.map((line) => line.replace("3          2", "0          0")));
  t.deepEqual(removeDrained(idle, draining).commands, ["-d -t 10.96.0.20:80 -r 10.244.2.2:8080"]);
});

test("a listing tells protocol, scheduler, persistence, weights and connections", (t) => {
  const servers = listing(
    "TCP  10.96.0.21:80 sh (sh-port) persistent 10800",
    "  -> 10.244.1.2:8080              Masq    1      4          1         ",
    "FWM  1 rr",
    "  -> 10.244.1.9:0                 Masq    1      0          0         ",
    "UDP  [fd00::a]:53 rr",
  );
  t.deepEqual([...servers.keys()], ["tcp 10.96.0.21:80", "udp [fd00::a]:53"]);
  const sticky = servers.get("tcp 10.96.0.21:80");
  t.is(sticky?.scheduler, "sh");
  t.is(sticky?.persistentSeconds, 10_800);
  t.deepEqual(sticky && [...sticky.realServers], [
    ["10.244.1.2:8080", { weight: 1, connections: 5 }],
  ]);
});
