/**
 * What kubelet keeps in iptables on every node, kube-proxy or not. A payload of
 * its own, to be loaded before kube-proxy's first.
 */
import type { IpFamily } from "../../../../net/ip-address.ts";
import { firewallJumps, type JumpRule } from "../fixed-rules/jump-rules.ts";
import { comment } from "../text/fragments.ts";
import { chainLine, renderPayload } from "../text/payload.ts";
import { missingJumps, type SavedRules } from "./saved-rules.ts";

export interface KubeletChainOptions {
  readonly family: IpFamily;
  /** Jumps that the node has already. */
  readonly present?: SavedRules["jumps"];
}

export function renderKubeletChains({ family, present = [] }: KubeletChainOptions): string {
  const canary = chainLine("KUBE-KUBELET-CANARY");
  const jumps = missingJumps(kubeletJumps(family), present).map(({ text }) => text);
  return renderPayload([
    // The hint tells wrappers, whose own iptables may be of the other kind, which one this node uses.
    { name: "mangle", chains: [canary, chainLine("KUBE-IPTABLES-HINT")], rules: [] },
    family === "ipv4"
      ? {
          name: "filter",
          chains: [canary, chainLine("KUBE-FIREWALL")],
          rules: [firewallRule, ...jumps],
        }
      : { name: "filter", chains: [canary], rules: [] },
    { name: "nat", chains: [canary], rules: [] },
  ]);
}

/** What {@link renderKubeletChains} inserts on a clean node. */
export function kubeletJumps(family: IpFamily): readonly JumpRule[] {
  return family === "ipv4" ? firewallJumps : [];
}

const firewallRule = `-A KUBE-FIREWALL ${comment("block incoming localnet connections")} --dst 127.0.0.0/8 ! --src 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`;
