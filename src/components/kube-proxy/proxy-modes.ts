/**
 * The modes of kube-proxy, side by side: each makes rules of the same model, and knows nothing
 * of the others. A mode that is not here is refused.
 */
import { familyOf } from "../../net/ip-address.ts";
import type { ProxyMode } from "./config/config.ts";
import { IptablesProxier } from "./iptables/proxier.ts";
import { firstIptablesPayload } from "./iptables/sync/render.ts";
import { IpvsProxier } from "./ipvs/proxier.ts";
import { firstIpvsText } from "./ipvs/sync/first-sync.ts";
import type { Proxier, RenderInput } from "./model/proxier.ts";
import { firstNftablesScript, NftablesProxier } from "./nftables/proxier.ts";
import type { KubeProxyOptions } from "./setup.ts";
import { firstUserspacePayload, UserspaceProxier } from "./userspace/proxier.ts";
import { withKubeletChains } from "./with-kubelet-chains.ts";

interface Mode {
  readonly createProxier: (options: KubeProxyOptions) => Proxier;
  /** All that a first sync writes on a clean node, as text for the mode's own program. */
  readonly render: (input: RenderInput) => string;
}

const modes: { readonly [M in ProxyMode]: Mode } = {
  iptables: {
    createProxier: ({ kernel, ...options }) =>
      new IptablesProxier({
        ...options,
        family: familyOf(options.nodeIP),
        restore: kernel.iptablesRestore,
        readRules: kernel.iptablesSave,
      }),
    render: firstIptablesPayload,
  },
  nftables: {
    createProxier: ({ kubeletChains = false, ...options }) => {
      const family = familyOf(options.nodeIP);
      const proxier = new NftablesProxier({ ...options, family });
      return kubeletChains ? withKubeletChains(proxier, options.kernel, family) : proxier;
    },
    render: firstNftablesScript,
  },
  ipvs: {
    createProxier: ({ kubeletChains = false, ...options }) => {
      const family = familyOf(options.nodeIP);
      const proxier = new IpvsProxier({ ...options, family });
      return kubeletChains ? withKubeletChains(proxier, options.kernel, family) : proxier;
    },
    render: firstIpvsText,
  },
  userspace: {
    createProxier: ({ kubeletChains = false, kernel, ...options }) => {
      const family = familyOf(options.nodeIP);
      const { iptablesRestore: restore, iptablesSave: readRules, relay } = kernel;
      const proxier = new UserspaceProxier({ ...options, family, restore, readRules, relay });
      return kubeletChains ? withKubeletChains(proxier, kernel, family) : proxier;
    },
    render: firstUserspacePayload,
  },
};

export function proxyMode(mode: ProxyMode): Mode {
  return modes[mode];
}
