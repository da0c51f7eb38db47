/**
 * For modes that do not write with iptables: kubelet keeps its chains there all the same, so they
 * are loaded beside the first rules.
 */
import type { IpFamily } from "../../net/ip-address.ts";
import { renderKubeletChains } from "./iptables/sync/kubelet-chains.ts";
import type { Proxier } from "./model/proxier.ts";
import type { ProxyKernel } from "./model/proxy-kernel.ts";

export function withKubeletChains(
  proxier: Proxier,
  { iptablesRestore }: Pick<ProxyKernel, "iptablesRestore">,
  family: IpFamily,
): Proxier {
  let isOwed = true;
  return {
    [Symbol.dispose]: () => proxier[Symbol.dispose]?.(),
    get besides() {
      return proxier.besides ?? [];
    },
    ...(proxier.isIntact !== undefined && { isIntact: proxier.isIntact.bind(proxier) }),
    forget: () => {
      isOwed = true;
      proxier.forget?.();
    },
    sync: async (view) => {
      if (!isOwed) return proxier.sync(view);
      const [summary] = await Promise.all([
        proxier.sync(view),
        iptablesRestore(renderKubeletChains({ family })),
      ]);
      isOwed = false;
      return summary;
    },
  };
}
