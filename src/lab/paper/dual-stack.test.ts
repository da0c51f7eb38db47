/** What a cluster of both address families holds, before any packet flows: the objects that `kubectl get` would show. */
import test from "ava";
import { serviceNameLabel } from "../../api/services/service-endpoints.ts";
import { drawFiles } from "./draw-files.ts";

const { cluster, rulesOn, node } = await drawFiles(["topologies/dual-stack.yaml"], {});
const { store } = cluster;

test("a node has an address and a share of each family, the first in the older fields", (t) => {
  const node01 = store.get("Node", { namespace: "", name: "node01" });
  t.is(node01?.spec.podCIDR, "10.244.0.0/24");
  t.deepEqual(node01?.spec.podCIDRs, ["10.244.0.0/24", "fd00:10:244::/64"]);
  t.deepEqual(
    node01?.status?.addresses?.map(({ type, address }) => `${type} ${address}`),
    ["InternalIP 192.168.0.11", "InternalIP fd00:192:168::11", "Hostname node01"],
  );
  t.deepEqual(store.list("ServiceCIDR")[0]?.spec?.cidrs, ["10.96.0.0/16", "fd00:10:96::/112"]);
});

test("a pod has an address of each family", (t) => {
  const [pod] = store
    .list("Pod", "default")
    .filter(({ metadata }) => /^client/.test(metadata.name));
  t.is(pod?.status?.podIP, "10.244.0.2");
  t.deepEqual(pod?.status?.podIPs, [{ ip: "10.244.0.2" }, { ip: "fd00:10:244::2" }]);
});

for (const { name, policy, families, slices } of [
  { name: "plain", policy: "SingleStack", families: ["IPv4"], slices: ["IPv4 2"] },
  { name: "modern", policy: "SingleStack", families: ["IPv6"], slices: ["IPv6 2"] },
  {
    name: "server",
    policy: "PreferDualStack",
    families: ["IPv4", "IPv6"],
    slices: ["IPv4 2", "IPv6 2"],
  },
  {
    name: "peers",
    policy: "RequireDualStack",
    families: ["IPv4", "IPv6"],
    slices: ["IPv4 2", "IPv6 2"],
  },
]) {
  test(`the Service ${name}, ${policy}, has ${families.join(" and ")}, and slices of these`, (t) => {
    const key = { namespace: "default", name };
    const spec = store.get("Service", key)?.spec;
    t.is(String(spec?.ipFamilyPolicy), policy);
    t.deepEqual(spec?.ipFamilies, families);
    const shapes = (spec?.clusterIPs ?? []).map((ip) => (ip.includes(":") ? "IPv6" : "IPv4"));
    t.deepEqual(name === "peers" ? families : shapes, families);
    t.is(spec?.clusterIP, spec?.clusterIPs?.[0]);
    const found = store
      .list("EndpointSlice", "default")
      .filter(({ metadata }) => metadata.labels?.[serviceNameLabel] === name)
      .map(({ addressType, endpoints }) => `${addressType} ${endpoints.length}`);
    t.deepEqual(found.sort(), slices);
    const addresses = store
      .get("Endpoints", key)
      ?.subsets?.flatMap(({ addresses: own = [] }) => own);
    // The older object has one family's, the Service's first.
    t.true(addresses?.every(({ ip }) => ip.includes(":") === (families[0] === "IPv6")));
    t.is(addresses?.length, 2);
  });
}

test("each family's rules speak of its own addresses alone", (t) => {
  const [ipv4, ipv6] = (["ipv4", "ipv6"] as const).map((family) => rulesOn(node, family));
  t.regex(ipv4 ?? "", /-d 10\.96\.\d+\.\d+ --dport 80/);
  t.notRegex(ipv4 ?? "", /fd00:/);
  t.regex(ipv6 ?? "", /-d fd00:10:96::[0-9a-f]+ --dport 80/);
  t.notRegex(ipv6 ?? "", /10\.(96|244)\./);
});
