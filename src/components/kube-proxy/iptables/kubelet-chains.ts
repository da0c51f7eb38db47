/**
 * What kubelet keeps in iptables on every node, kube-proxy or not. A payload of
 * its own, to be loaded before kube-proxy's first.
 */
import type { IpFamily } from "../../../net/ip-address.ts";
import { comment } from "./fragments.ts";
import { chainLine, renderPayload } from "./payload.ts";

export interface KubeletChainOptions {
  readonly family: IpFamily;
}

export function renderKubeletChains({ family }: KubeletChainOptions): string {
  const canary = chainLine("KUBE-KUBELET-CANARY");
  return renderPayload([
    // The hint tells wrappers, whose own iptables may be of the other kind, which one this node uses.
    { name: "mangle", chains: [canary, chainLine("KUBE-IPTABLES-HINT")], rules: [] },
    family === "ipv4"
      ? { name: "filter", chains: [canary, chainLine("KUBE-FIREWALL")], rules: firewall }
      : { name: "filter", chains: [canary], rules: [] },
    { name: "nat", chains: [canary], rules: [] },
  ]);
}

const firewall: readonly string[] = [
  `-A KUBE-FIREWALL ${comment("block incoming localnet connections")} --dst 127.0.0.0/8 ! --src 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`,
  "-I OUTPUT -j KUBE-FIREWALL",
  "-I INPUT -j KUBE-FIREWALL",
];
