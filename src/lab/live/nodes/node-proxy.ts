/** kube-proxy on one node of a lab: its configuration, and what it may do to the node. */
import type { Logger } from "pino";
import type { Store } from "../../../api/store/store.ts";
import { nodeSysctls } from "../../../components/kube-proxy/config/node-sysctls.ts";
import type { KubeProxy } from "../../../components/kube-proxy/kube-proxy.ts";
import type { ProxyKernel } from "../../../components/kube-proxy/model/proxy-kernel.ts";
import { type KubeProxyOptions, startKubeProxies } from "../../../components/kube-proxy/setup.ts";
import type { Netns } from "../../../kernel/netns.ts";
import { ipvsIn, type NodeIpvs } from "../../../kernel/rules/ipvs.ts";
import {
  iptablesRestore,
  iptablesSave,
  nftApply,
  nftListTable,
} from "../../../kernel/rules/rules.ts";
import { connectTcp, listenTcp } from "../../../kernel/sockets/tcp.ts";
import { udpSocket } from "../../../kernel/sockets/udp.ts";
import { writeSysctls } from "../../../kernel/sysctl.ts";
import { familyOf, type IpFamily, ipAddress } from "../../../net/ip-address.ts";
import type { Emit } from "../../../observe/event.ts";
import type { Topology, TopologyNode } from "../../../topology/topology.ts";
import type { Machines } from "../machines/machines.ts";
import { cleanConntrack } from "./clean-conntrack.ts";
import { proxyConfig } from "./proxy-config.ts";

/** Every address of the node. */
const ANY = ipAddress("0.0.0.0");

export interface NodeProxyOptions {
  readonly topology: Topology;
  readonly machines: Machines;
  readonly store: Store;
  readonly log: Logger;
  readonly emit: Emit;
}

/** One for each address family of the cluster, the first one's first. */
export function startNodeProxies(
  node: TopologyNode,
  options: NodeProxyOptions,
): readonly KubeProxy[] {
  const { ipFamilies } = options.topology.network;
  // The historical mode is older than dual stack: it serves the node's first family.
  const served = node.proxy.mode === "userspace" ? ipFamilies.slice(0, 1) : ipFamilies;
  return startKubeProxies(served.map((family) => proxyOptions(node, family, options)));
}

function proxyOptions(
  node: TopologyNode,
  family: IpFamily,
  { topology, machines, store, log, emit }: NodeProxyOptions,
): KubeProxyOptions {
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.netns(node.name);
  const config = proxyConfig(node.proxy, topology.services.cidrs);
  const ipvs = ipvsIn(netns, machines.netlink(node.name));
  writeSysctls(netns, nodeSysctls(config, family));
  return {
    nodeName: node.name,
    nodeIP: node.addresses.find((address) => familyOf(address) === family) ?? node.address,
    config,
    store,
    log: log.child({ component: "kube-proxy", node: node.name }),
    kubeletChains: true,
    syncDelayMs: node.proxy.sync.delayMs,
    nodeAddresses: () => machines.ownAddresses(node.name),
    kernel: proxyKernel(netns, { family, ipvs }, (elapsedMs) =>
      emit({ type: "rules-synced", node: node.name, elapsedMs, at: store.timestamp() }),
    ),
    listen: (server, at) => void listenTcp(netns, at, server),
    cleanConntrack: (stale) => cleanConntrack(netns, stale),
  };
}

/** `onWritten` hears how long each write took that the kernel has taken. */
function proxyKernel(
  netns: Netns,
  { family, ipvs }: { readonly family: IpFamily; readonly ipvs: NodeIpvs },
  onWritten: (elapsedMs: number) => void,
): ProxyKernel {
  const timed = async (write: Promise<void>): Promise<void> => {
    const startedAt = performance.now();
    await write;
    onWritten(performance.now() - startedAt);
  };
  const changeServers: NodeIpvs["changeServers"] = (changes) => {
    const startedAt = performance.now();
    ipvs.changeServers(changes);
    onWritten(performance.now() - startedAt);
  };
  return {
    iptablesRestore: (payload) => timed(iptablesRestore(netns, payload, family)),
    iptablesSave: (table) => iptablesSave(netns, { family, ...(table !== undefined && { table }) }),
    nftApply: (script) => timed(nftApply(netns, script)),
    nftListTable: (family) => nftListTable(netns, family),
    ipvs: { ...ipvs, changeServers },
    relay: {
      listenTcp: (server, port) => void listenTcp(netns, { address: ANY, port }, server),
      connectTcp: ({ address, port }, timeoutMs, signal) =>
        connectTcp(netns, {
          to: { address: ipAddress(address), port },
          timeoutMs,
          signal,
          allowHalfOpen: true,
        }),
      bindUdp: (port) => udpSocket(netns, port === undefined ? {} : { port }),
    },
  };
}
