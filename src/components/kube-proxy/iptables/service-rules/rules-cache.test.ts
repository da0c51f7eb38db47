import test from "ava";
import { ipAddress } from "../../../../net/ip-address.ts";
import { resolveKubeProxyConfig } from "../../config/config.ts";
import { buildClusterModel } from "../../model/cluster/cluster-model.ts";
import { isSameOnEveryNode } from "../../model/decisions/same-on-every-node.ts";
import { sampleConfig, sampleNode } from "../../testing/sample-node.ts";
import { sampleServices, sampleSlices } from "../../testing/sample-services.ts";
import { type IptablesSettings, iptablesSettings } from "../settings.ts";
import { cachedServiceRules } from "./rules-cache.ts";
import { serviceRules } from "./service-rules.ts";

const options = { family: "ipv4", loadBalancerIPMode: true } as const;
const cluster = buildClusterModel({ services: sampleServices, slices: sampleSlices }, options);
const other = {
  ...sampleNode,
  name: "node02",
  ip: ipAddress("203.0.113.2"),
  zone: "b",
  addresses: ["127.0.0.1", "203.0.113.2"].map(ipAddress),
};
const here = iptablesSettings(sampleConfig, sampleNode, "ipv4");
const there = iptablesSettings(sampleConfig, other, "ipv4");

test("what is shared between nodes is the same on each, and what differs is not shared", (t) => {
  const shared = new Set<string>();
  for (const service of cluster.services.values()) {
    const [a, b] = [here, there].map((settings) =>
      serviceRules(service, { ...settings, comments: true }),
    );
    if (isSameOnEveryNode(service)) {
      shared.add(service.key);
      t.deepEqual(a, b, service.key);
    } else {
      t.notDeepEqual(a, b, service.key);
    }
  }
  t.true(shared.has("shop/web"));
  t.false(shared.has("shop/zonal"));
});

test("nodes are given one object for a Service that is the same on both", (t) => {
  const [onHere, onThere] = [cachedServiceRules(here), cachedServiceRules(there)];
  const model = (key: string) => {
    const service = cluster.services.get(`shop/${key}`);
    if (service === undefined) throw new Error(`there is no ${key}`);
    return service;
  };
  t.is(onHere(model("web"), true), onThere(model("web"), true));
  t.not(onHere(model("web"), true), onHere(model("web"), false));
  t.not(onHere(model("zonal"), true), onThere(model("zonal"), true));
  t.is(onHere(model("zonal"), true), onHere(model("zonal"), true));
});

/** Each differs from {@link here} in one thing that rules of Services depend on. */
const differing: ReadonlyArray<{ title: string; settings: IptablesSettings }> = [
  {
    title: "masqueradeAll",
    settings: iptablesSettings(
      resolveKubeProxyConfig({
        clusterCIDR: "10.244.0.0/16",
        iptables: { masqueradeAll: true },
      }),
      sampleNode,
      "ipv4",
    ),
  },
  {
    title: "the detector",
    settings: iptablesSettings(resolveKubeProxyConfig(), sampleNode, "ipv4"),
  },
  {
    title: "counters",
    settings: { ...here, nfacctCounters: ["localhost_nps_accepted_pkts"] },
  },
];
for (const { title, settings } of differing) {
  test(`${title} keeps texts apart`, (t) => {
    const [a, b] = [cachedServiceRules(here), cachedServiceRules(settings)];
    const differs = [...cluster.services.values()].filter(
      (service) => a(service, true).nat !== b(service, true).nat,
    );
    t.true(differs.length > 0);
    for (const service of cluster.services.values()) {
      t.deepEqual(b(service, true), serviceRules(service, { ...settings, comments: true }));
    }
  });
}
