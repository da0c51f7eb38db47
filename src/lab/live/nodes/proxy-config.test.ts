import test from "ava";
import { cidr } from "../../../net/cidr.ts";
import type { ProxyOptions } from "../../../topology/proxy-options.ts";
import { sampleTopology } from "../../testing/sample-lab.ts";
import { proxyConfig } from "./proxy-config.ts";

const rows: ReadonlyArray<{
  readonly title: string;
  readonly options: Partial<ProxyOptions>;
  readonly config: Partial<ReturnType<typeof proxyConfig>>;
}> = [
  {
    title: "the cluster's own, unless the topology says more",
    options: {},
    config: {
      mode: "iptables",
      clusterCIDR: ["10.244.0.0/16"],
      detectLocalMode: "ClusterCIDR",
      nodePortAddresses: [],
    },
  },
  {
    title: "blocks for node ports",
    options: { nodePortAddresses: [cidr("192.168.0.0/24")] },
    config: { nodePortAddresses: ["192.168.0.0/24"] },
  },
  {
    title: "the primary address for node ports",
    options: { nodePortAddresses: "primary" },
    config: { nodePortAddresses: ["primary"] },
  },
  {
    title: "what iptables does, and when",
    options: {
      masqueradeAll: true,
      localhostNodePorts: false,
      syncPeriodMs: 30_000,
      minSyncPeriodMs: 1_500,
    },
    config: {
      masqueradeAll: true,
      iptables: { localhostNodePorts: false },
      syncPeriodMs: 30_000,
      minSyncPeriodMs: 1_500,
    },
  },
  {
    title: "how long a node remembers connections, and which features are on",
    options: {
      conntrack: {
        tcpEstablishedTimeoutMs: 7_200_000,
        tcpCloseWaitTimeoutMs: 0,
        tcpBeLiberal: true,
        udpTimeoutMs: 10_000,
        udpStreamTimeoutMs: 0,
      },
      featureGates: { LoadBalancerIPMode: false, Others: true },
    },
    config: {
      conntrack: {
        tcpEstablishedTimeoutMs: 7_200_000,
        tcpCloseWaitTimeoutMs: 0,
        tcpBeLiberal: true,
        udpTimeoutMs: 10_000,
        udpStreamTimeoutMs: 0,
      },
      featureGates: { LoadBalancerIPMode: false, PreferSameTrafficDistribution: true },
    },
  },
  {
    title: "a bridge that tells a node's own pods",
    options: { detectLocalMode: "BridgeInterface", bridgeInterface: "cni0" },
    config: {
      detectLocalMode: "BridgeInterface",
      detectLocal: { bridgeInterface: "cni0", interfaceNamePrefix: "" },
    },
  },
];

for (const { title, options, config } of rows) {
  test(`kube-proxy is told: ${title}`, (t) => {
    t.like(
      proxyConfig({ ...sampleTopology.services.proxy, ...options }, sampleTopology.services.cidrs),
      config,
    );
  });
}
