import test from "ava";
import type { Pod, PodSpec } from "../../../api/objects/pod.ts";
import { renderHostsFile } from "./hosts-file.ts";
import { podHostname } from "./pod-hostname.ts";
import { podResolver, renderResolvConf } from "./resolv-conf.ts";

function pod(spec: Partial<PodSpec> = {}, name = "web-0"): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop" },
    spec: { containers: [], ...spec },
  };
}

for (const { title, spec, name, want, kernelName } of [
  { title: "its name", spec: {}, want: "web-0 " },
  { title: "what it asks for", spec: { hostname: "db" }, want: "db " },
  {
    title: "with a subdomain, a full name too",
    spec: { subdomain: "nginx" },
    want: "web-0 web-0.nginx.shop.svc.cluster.local",
  },
  {
    title: "the full name, when it asks for that",
    spec: { subdomain: "nginx", setHostnameAsFQDN: true },
    want: "web-0 web-0.nginx.shop.svc.cluster.local",
    kernelName: "web-0.nginx.shop.svc.cluster.local",
  },
  {
    title: "its node's, in the node's network",
    spec: { hostNetwork: true, hostname: "db" },
    want: "node01 ",
  },
  {
    title: "a long name's first 63 letters, without a dash at the end",
    spec: {},
    name: `${"a".repeat(62)}-${"b".repeat(20)}`,
    want: `${"a".repeat(62)} `,
  },
]) {
  test(`a pod's hostname is ${title}`, (t) => {
    const names = podHostname(pod(spec, name), "node01", "cluster.local");
    t.is(`${names.hostname} ${names.fqdn ?? ""}`, want);
    t.is(names.kernelName, kernelName ?? names.hostname);
  });
}

test("/etc/hosts is kubelet's, line for line", (t) => {
  const names = { hostname: "web-0", fqdn: "web-0.nginx.shop.svc.cluster.local" };
  const aliases = [{ ip: "192.0.2.1", hostnames: ["db", "db.example.net"] }];
  t.is(
    renderHostsFile(["10.244.0.2"], names, aliases),
    [
      "# Kubernetes-managed hosts file.",
      "127.0.0.1\tlocalhost",
      "::1\tlocalhost ip6-localhost ip6-loopback",
      "fe00::0\tip6-localnet",
      "fe00::0\tip6-mcastprefix",
      "fe00::1\tip6-allnodes",
      "fe00::2\tip6-allrouters",
      "10.244.0.2\tweb-0.nginx.shop.svc.cluster.local\tweb-0",
      "",
      "# Entries added by HostAliases.",
      "192.0.2.1\tdb\tdb.example.net",
      "",
    ].join("\n"),
  );
  t.true(
    renderHostsFile(["10.244.0.2"], { hostname: "a", fqdn: undefined }).endsWith(
      "\n10.244.0.2\ta\n",
    ),
  );
});

const node = { nameservers: ["192.168.0.1"], searches: ["example.net"], options: ["rotate"] };
const cluster = { address: "10.96.0.10", clusterDomain: "cluster.local" };
const ofCluster = `search shop.svc.cluster.local svc.cluster.local cluster.local example.net
nameserver 10.96.0.10
options ndots:5
`;
const ofNode = `search example.net
nameserver 192.168.0.1
options rotate
`;

interface ResolverRow {
  readonly title: string;
  readonly spec: Partial<PodSpec>;
  readonly want: string;
  readonly without?: "cluster DNS";
}

const resolvers: readonly ResolverRow[] = [
  { title: "by default the cluster's", spec: {}, want: ofCluster },
  { title: "in the node's network the node's", spec: { hostNetwork: true }, want: ofNode },
  {
    title: "in the node's network the cluster's when asked",
    spec: { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" },
    want: ofCluster,
  },
  { title: "Default: the node's", spec: { dnsPolicy: "Default" }, want: ofNode },
  { title: "the node's when the cluster has none", spec: {}, without: "cluster DNS", want: ofNode },
  {
    title: "None: only its own",
    spec: { dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.53"] } },
    want: "nameserver 192.0.2.53\n",
  },
  {
    title: "its own added, and winning over options of the same name",
    spec: {
      dnsConfig: {
        nameservers: ["192.0.2.53", "10.96.0.10"],
        searches: ["corp.example"],
        options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
      },
    },
    want: `search shop.svc.cluster.local svc.cluster.local cluster.local example.net corp.example
nameserver 10.96.0.10
nameserver 192.0.2.53
options ndots:2 edns0
`,
  },
  {
    title: "three nameservers at most",
    spec: {
      dnsPolicy: "None",
      dnsConfig: { nameservers: ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"] },
    },
    want: "nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\n",
  },
];

for (const { title, spec, want, without } of resolvers) {
  test(`resolv.conf: ${title}`, (t) => {
    const resolver = podResolver(pod(spec), node, without === undefined ? cluster : undefined);
    t.is(renderResolvConf(resolver), want);
  });
}

test("resolv.conf: search domains end where the limits are", (t) => {
  const searches = Array.from({ length: 40 }, (_, index) => `${"x".repeat(90)}${index}.example`);
  const spec: Partial<PodSpec> = { dnsPolicy: "None", dnsConfig: { searches } };
  const kept = podResolver(pod(spec), node, cluster).searches;
  t.true(kept.length <= 32 && kept.join(" ").length <= 2_048);
  t.deepEqual(kept, searches.slice(0, kept.length));
});
