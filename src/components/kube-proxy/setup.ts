/** kube-proxy as the lab starts it: once per node, with a proxier for each address family. */
import { OwnServers } from "./health/own-servers.ts";
import type { Listen } from "./health/serve.ts";
import { KubeProxy, type KubeProxyLoopOptions } from "./kube-proxy.ts";
import type { ProxyKernel } from "./model/proxy-kernel.ts";
import { proxyMode } from "./proxy-modes.ts";

export interface KubeProxyOptions extends Omit<KubeProxyLoopOptions, "ownServers"> {
  /** In the node's netns. */
  readonly kernel: ProxyKernel;
  /** Lets a server listen in the node's netns. Without it there are no health checks and no metrics. */
  readonly listen?: Listen;
  /** What `iptables-save` says on a node where a kube-proxy has run before. */
  readonly rulesAtStart?: string;
  /** Writes kubelet's chains with the first payload. @default false */
  readonly kubeletChains?: boolean;
}

/**
 * Starts to watch now and to sync in the next turn of the event loop.
 *
 * @throws KubeProxyConfigError for a mode that is not there.
 */
export function startKubeProxy(options: KubeProxyOptions): KubeProxy {
  return startProxier(options, createOwnServers(options));
}

/** As {@link startKubeProxy}, of one node in several families: they answer for their health and their metrics together. */
export function startKubeProxies(families: readonly KubeProxyOptions[]): readonly KubeProxy[] {
  const [first] = families;
  const ownServers = first && createOwnServers(first);
  return families.map((options) => startProxier(options, ownServers));
}

function startProxier(options: KubeProxyOptions, ownServers: OwnServers | undefined): KubeProxy {
  const proxier = proxyMode(options.config.mode).createProxier(options);
  return new KubeProxy(proxier, { ...options, ownServers });
}

function createOwnServers(options: KubeProxyOptions): OwnServers | undefined {
  const { config, listen, log, now = Date.now } = options;
  return listen && new OwnServers({ mode: config.mode, listen, log, now });
}
