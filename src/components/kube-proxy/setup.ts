/** kube-proxy as the lab starts it: once per node and address family. */
import { KubeProxy, type KubeProxyLoopOptions } from "./kube-proxy.ts";
import type { ProxyKernel } from "./model/proxy-kernel.ts";
import { proxyMode } from "./proxy-modes.ts";

export interface KubeProxyOptions extends KubeProxyLoopOptions {
  /** In the node's netns. */
  readonly kernel: ProxyKernel;
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
  return new KubeProxy(proxyMode(options.config.mode).createProxier(options), options);
}
