import test from "ava";
import { parseCniFailure, type parseObject, resultAddresses } from "./cni-result.ts";
import { parseNetworkConfig, usesNodeShare } from "./network-config.ts";
import { pluginCall, pluginsFor } from "./plugin-call.ts";

const values = {
  ...{ node: "node01", podCIDR: "10.244.0.0/24", podCIDRIPv6: "fd00:10:244::/64" },
  ...{ clusterCIDR: "10.244.0.0/16", clusterCIDRIPv6: "fd00:10:244::/56" },
};

// biome-ignore lint/suspicious/noTemplateCurlyInString: as people write it.
const share = "${podCIDR}";

const list = {
  cniVersion: "0.4.0",
  name: "real",
  plugins: [
    { type: "bridge", ipam: { type: "host-local", ranges: [[{ subnet: share }]] } },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

const attachment = {
  containerId: "0123abcd",
  netnsPath: "/run/netns/vote.a",
  namespace: "vote",
  name: "redis-0",
  portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }],
};

function callOf(index: number, previous?: ReturnType<typeof parseObject>) {
  const network = parseNetworkConfig(list, values);
  const plugin = network?.plugins[index];
  if (network === undefined || plugin === undefined) throw new Error("the list has two plugins");
  return pluginCall("ADD", { network, plugin, attachment, previous, path: "/opt/cni/bin" });
}

test("a list keeps its order, and placeholders become the node's own", (t) => {
  const network = parseNetworkConfig(list, values);
  t.deepEqual(
    network?.plugins.map(({ type }) => type),
    ["bridge", "portmap"],
  );
  t.deepEqual(network?.plugins[0]?.["ipam"], {
    type: "host-local",
    ranges: [[{ subnet: "10.244.0.0/24" }]],
  });
  t.true(usesNodeShare(list));
});

test("a single plugin's configuration is a list of one, with defaults", (t) => {
  const network = parseNetworkConfig({ type: "ptp" }, values);
  t.like(network, { cniVersion: "0.4.0", name: "podwire", disableCheck: false });
  t.is(network?.plugins.length, 1);
  t.false(usesNodeShare({ type: "ptp" }));
});

for (const { title, config } of [
  { title: "an empty list", config: { plugins: [] } },
  { title: "a plugin without a type", config: { plugins: [{ name: "bridge" }] } },
  { title: "nothing", config: {} },
]) {
  test(`${title} is no configuration`, (t) => {
    t.is(parseNetworkConfig(config, values), undefined);
  });
}

test("a pod's end is told to the plugins in reverse", (t) => {
  const network = parseNetworkConfig(list, values);
  t.deepEqual(network && pluginsFor("DEL", network).map(({ type }) => type), ["portmap", "bridge"]);
});

test("a plugin is told who, where and how, as the specification says", (t) => {
  const { environment, config } = callOf(0);
  t.deepEqual(environment, {
    CNI_COMMAND: "ADD",
    CNI_CONTAINERID: "0123abcd",
    CNI_NETNS: "/run/netns/vote.a",
    CNI_IFNAME: "eth0",
    CNI_PATH: "/opt/cni/bin",
    CNI_ARGS:
      "IgnoreUnknown=1;K8S_POD_NAMESPACE=vote;K8S_POD_NAME=redis-0;K8S_POD_INFRA_CONTAINER_ID=0123abcd",
  });
  t.like(config, { type: "bridge", name: "real", cniVersion: "0.4.0" });
  t.false("prevResult" in config);
  t.false("runtimeConfig" in config);
});

test("addresses are kept in the node's own /run unless the configuration says where", (t) => {
  t.like(callOf(0).config["ipam"], { dataDir: "/run/cni/networks" });
});

test("the next plugin gets the result of the one before, and what its capabilities ask for", (t) => {
  const { config } = callOf(1, { ips: [] });
  t.deepEqual(config["prevResult"], { ips: [] });
  t.deepEqual(config["runtimeConfig"], {
    portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }],
  });
});

for (const { title, result, addresses } of [
  {
    title: "1.0.0",
    result: { ips: [{ address: "10.244.0.2/24" }, { address: "fd00::2/64" }] },
    addresses: ["10.244.0.2", "fd00::2"],
  },
  { title: "0.2.0", result: { ip4: { ip: "10.244.0.2/24" } }, addresses: ["10.244.0.2"] },
  { title: "a plugin without addresses", result: { interfaces: [] }, addresses: [] },
  { title: "nonsense", result: { ips: ["x", { address: 7 }] }, addresses: [] },
]) {
  test(`the result of ${title} has the addresses ${addresses.join(" and ") || "of nobody"}`, (t) => {
    t.deepEqual(resultAddresses(result).map(String), addresses);
  });
}

test("a failure is told with the plugin's own words and number", (t) => {
  const text = '{"cniVersion": "0.4.0", "code": 11, "msg": "no address", "details": "range full"}';
  t.deepEqual(parseCniFailure(text), { code: 11, message: "no address; range full" });
  t.is(parseCniFailure("panic: nil"), undefined);
  t.is(parseCniFailure('{"ips": []}'), undefined);
});
