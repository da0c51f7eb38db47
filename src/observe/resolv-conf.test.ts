import test from "ava";
import { candidateNames, parseResolvConf } from "./resolv-conf.ts";

const pod = parseResolvConf(`# written by the kubelet
nameserver 10.96.0.10
search vote.svc.cluster.local svc.cluster.local cluster.local
options ndots:5 timeout:1
`);

test("a pod's file: one server, three domains, five dots", (t) => {
  t.deepEqual(pod, {
    nameservers: parseResolvConf("nameserver 10.96.0.10").nameservers,
    search: ["vote.svc.cluster.local", "svc.cluster.local", "cluster.local"],
    ndots: 5,
    timeoutMs: 1_000,
    attempts: 2,
    rotate: false,
    overTcp: false,
  });
});

for (const { name, want } of [
  {
    name: "redis",
    want: [
      "redis.vote.svc.cluster.local",
      "redis.svc.cluster.local",
      "redis.cluster.local",
      "redis",
    ],
  },
  { name: "www.example.com.", want: ["www.example.com"] },
  {
    name: "a.b.c.d.e.f",
    want: [
      "a.b.c.d.e.f",
      "a.b.c.d.e.f.vote.svc.cluster.local",
      "a.b.c.d.e.f.svc.cluster.local",
      "a.b.c.d.e.f.cluster.local",
    ],
  },
]) {
  test(`a pod asks for ${name} in this order`, (t) => {
    t.deepEqual(candidateNames(name, pod), want);
  });
}

for (const { title, text, want } of [
  { title: "an empty file asks nobody", text: "", want: {} },
  {
    title: "the last search list counts, and a fourth server is ignored",
    text: "search a b\ndomain c\nnameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\nnameserver 4.4.4.4",
    want: { nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3"], search: ["c"] },
  },
  {
    title: "options, within their limits",
    text: "options rotate use-vc timeout:99 attempts:0\noptions ndots:99",
    want: { timeoutMs: 30_000, attempts: 1, ndots: 15, rotate: true, overTcp: true },
  },
  {
    title: "comments and unreadable servers are skipped",
    text: "nameserver dns ; not an address\n;nameserver 1.1.1.1\nnameserver 9.9.9.9 # yes",
    want: { nameservers: ["9.9.9.9"] },
  },
]) {
  test(title, (t) => {
    const defaults = { nameservers: [], search: [], ndots: 1, timeoutMs: 5_000, attempts: 2 };
    const flags = { rotate: false, overTcp: false };
    t.deepEqual(parseResolvConf(text) as unknown, { ...defaults, ...flags, ...want });
  });
}
