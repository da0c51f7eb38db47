import test from "ava";
import { formatInterfacePlace, formatTarget, formatWhere } from "./format-where.ts";
import { parseTarget } from "./parse-target.ts";
import { parseInterfacePlace, parseWhere } from "./parse-where.ts";

const places = [
  { text: "node/node01", value: { type: "node", name: "node01" } },
  { text: "host/laptop", value: { type: "host", name: "laptop" } },
  { text: "router/tor1", value: { type: "fabric", name: "tor1" } },
  { text: "underlay", value: { type: "fabric", name: "underlay" } },
  { text: "pod/vote/redis-0", value: { type: "pod", namespace: "vote", name: "redis-0" } },
  { text: "svc/vote/redis", value: { type: "service", namespace: "vote", name: "redis" } },
  {
    text: "deploy/vote/vote",
    value: { type: "workload", kind: "Deployment", namespace: "vote", name: "vote" },
  },
  {
    text: "sts/db/pg",
    value: { type: "workload", kind: "StatefulSet", namespace: "db", name: "pg" },
  },
  {
    text: "ds/kube-system/agent",
    value: { type: "workload", kind: "DaemonSet", namespace: "kube-system", name: "agent" },
  },
  {
    text: "rs/vote/vote-5c5f",
    value: { type: "workload", kind: "ReplicaSet", namespace: "vote", name: "vote-5c5f" },
  },
  { text: "10.96.0.10", value: { type: "address", address: "10.96.0.10" } },
  { text: "fd00::1", value: { type: "address", address: "fd00::1" } },
  {
    text: "redis.vote.svc.cluster.local",
    value: { type: "name", name: "redis.vote.svc.cluster.local" },
  },
];

for (const { text, value } of places) {
  test(`where: ${text} is read, and written as it was`, (t) => {
    const parsed = parseWhere(text);
    t.deepEqual(parsed as unknown, { ok: true, value });
    if (parsed.ok) t.is(formatWhere(parsed.value), text);
  });
}

const shorthands = [
  ["pod/web", "pod/default/web"],
  ["svc/web", "svc/default/web"],
  ["deploy/web", "deploy/default/web"],
  ["deployment/vote/vote", "deploy/vote/vote"],
  ["service/vote/vote", "svc/vote/vote"],
  ["FD00:0::1", "fd00::1"],
] as const;

for (const [text, long] of shorthands) {
  test(`where: ${text} is short for ${long}`, (t) => {
    const parsed = parseWhere(text);
    t.is(parsed.ok ? formatWhere(parsed.value) : parsed.fault.message, long);
  });
}

const refused = ["", "10.0.0.300", "node/a/b", "pod/a/b/c", "pod/vote/", "deply/a/b", "a b", "-a"];

for (const text of refused) {
  test(`where: \`${text}\` is no place`, (t) => {
    t.false(parseWhere(text).ok);
  });
}

const interfaces = [
  ["node/node01:cni0", "node/node01:cni0"],
  ["pod/vote/redis-0:eth0", "pod/vote/redis-0:eth0"],
  ["underlay:node01", "underlay:node01"],
  // Where something is captured, a bare word is a router.
  ["tor1:eth1", "router/tor1:eth1"],
  ["node/node01", "node/node01"],
] as const;

for (const [text, formatted] of interfaces) {
  test(`interface: ${text}`, (t) => {
    const parsed = parseInterfacePlace(text);
    t.is(parsed.ok ? formatInterfacePlace(parsed.value) : parsed.fault.message, formatted);
  });
}

for (const text of ["svc/vote/redis", "10.0.0.1", "www.example.org", "node/a:", "node/a:b/c"]) {
  test(`interface: ${text} is nothing to listen at`, (t) => {
    t.false(parseInterfacePlace(text).ok);
  });
}

const targets = [
  { text: "svc/vote/redis:6379", port: 6379, path: undefined },
  { text: "svc/vote/vote:http", port: "http", path: undefined },
  { text: "node/node01:31000/clientip?x=1", port: 31_000, path: "/clientip?x=1" },
  { text: "redis.vote:6379", port: 6379, path: undefined },
  { text: "[fd00::1]:80", port: 80, path: undefined },
  { text: "10.0.0.1", port: undefined, path: undefined },
];

for (const { text, port, path } of targets) {
  test(`target: ${text}`, (t) => {
    const parsed = parseTarget(text);
    if (!parsed.ok) return t.fail(parsed.fault.message);
    t.is(parsed.value.port, port);
    t.is(parsed.value.path, path);
    t.is(formatTarget(parsed.value), text);
  });
}

const urls = [
  ["http://redis.vote:80/healthz", "redis.vote:80/healthz"],
  ["http://redis.vote/a/b", "redis.vote/a/b"],
  ["http://redis.vote", "redis.vote"],
  ["http://10.0.0.1/", "10.0.0.1/"],
  ["http://node/node01:31000/x", "node/node01:31000/x"],
  ["http://svc/vote/vote", "svc/vote/vote"],
] as const;

for (const [url, target] of urls) {
  test(`target: ${url} is ${target}`, (t) => {
    const parsed = parseTarget(url);
    t.is(parsed.ok ? formatTarget(parsed.value) : parsed.fault.message, target);
  });
}

for (const text of ["node/a:0", "node/a:65536", "node/a:http", "svc/a/b:HTTP", "[fd00::1:80"]) {
  test(`target: ${text} is refused`, (t) => {
    t.false(parseTarget(text).ok);
  });
}
