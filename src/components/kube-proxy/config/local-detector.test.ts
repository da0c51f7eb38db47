import test from "ava";
import { type KubeProxyConfiguration, resolveKubeProxyConfig } from "./config.ts";
import { localDetector } from "./local-detector.ts";

const node = { podCIDRs: ["10.244.1.0/24", "fd00:244:1::/64"] };
const cases: ReadonlyArray<{
  written: KubeProxyConfiguration;
  ipv4: ReturnType<typeof localDetector>;
  ipv6: ReturnType<typeof localDetector>;
}> = [
  {
    written: { clusterCIDR: "10.244.0.0/16" },
    ipv4: { type: "cidr", cidr: "10.244.0.0/16" },
    ipv6: undefined,
  },
  {
    written: { clusterCIDR: "fd00:244::/56,10.244.0.1/16" },
    ipv4: { type: "cidr", cidr: "10.244.0.0/16" },
    ipv6: { type: "cidr", cidr: "fd00:244::/56" },
  },
  {
    written: { detectLocalMode: "NodeCIDR" },
    ipv4: { type: "cidr", cidr: "10.244.1.0/24" },
    ipv6: { type: "cidr", cidr: "fd00:244:1::/64" },
  },
  {
    written: { detectLocalMode: "BridgeInterface", detectLocal: { bridgeInterface: "cni0" } },
    ipv4: { type: "bridge", interface: "cni0" },
    ipv6: { type: "bridge", interface: "cni0" },
  },
  {
    written: {
      detectLocalMode: "InterfaceNamePrefix",
      detectLocal: { interfaceNamePrefix: "cali" },
    },
    ipv4: { type: "prefix", prefix: "cali" },
    ipv6: { type: "prefix", prefix: "cali" },
  },
  { written: {}, ipv4: undefined, ipv6: undefined },
  { written: { detectLocalMode: "BridgeInterface" }, ipv4: undefined, ipv6: undefined },
  { written: { detectLocalMode: "InterfaceNamePrefix" }, ipv4: undefined, ipv6: undefined },
];
for (const { written, ipv4, ipv6 } of cases) {
  test(`local traffic by ${JSON.stringify(written)}`, (t) => {
    const config = resolveKubeProxyConfig(written);
    t.deepEqual(localDetector(config, node, "ipv4"), ipv4);
    t.deepEqual(localDetector(config, node, "ipv6"), ipv6);
  });
}
