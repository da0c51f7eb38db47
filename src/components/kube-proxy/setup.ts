/** kube-proxy as the lab starts it: once per node and address family. */
import { familyOf } from "../../net/ip-address.ts";
import { IptablesProxier } from "./iptables/proxier.ts";
import { KubeProxy, type KubeProxyLoopOptions } from "./kube-proxy.ts";
import { KubeProxyConfigError } from "./model/config.ts";
import type { Proxier } from "./model/proxier.ts";

export interface KubeProxyOptions extends KubeProxyLoopOptions {
  /** Loads a payload into the node's netns: for mode iptables, what `iptables-restore --noflush` does. */
  readonly restore: (payload: string) => Promise<void>;
  /** What `iptables-save` says on a node where a kube-proxy has run before. */
  readonly rulesAtStart?: string;
  /** `iptables-save` in the node's netns, asked after a failed restore. */
  readonly readRules?: () => Promise<string>;
  /** Writes kubelet's chains with the first payload. @default false */
  readonly kubeletChains?: boolean;
}

/**
 * Starts to watch now and to sync in the next turn of the event loop.
 *
 * @throws KubeProxyConfigError for a mode that is not there.
 */
export function startKubeProxy(options: KubeProxyOptions): KubeProxy {
  return new KubeProxy(createProxier(options), options);
}

function createProxier(options: KubeProxyOptions): Proxier {
  const { config, nodeIP } = options;
  if (config.mode === "iptables") {
    return new IptablesProxier({ ...options, family: familyOf(nodeIP) });
  }
  throw new KubeProxyConfigError(`mode ${config.mode}: must be iptables`);
}
