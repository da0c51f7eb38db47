import { formatCidr } from "../../net/cidr.ts";
import type { WeaveNetwork, WeavePeer } from "./weave-network.ts";

/** The addresses that are this node's to give; what goes there needs no other source. */
const NO_MASQ_SET = "weaver-no-masq-local";

/** For `ipset restore`. */
export function renderIpset({ range }: WeavePeer): string {
  return [`create ${NO_MASQ_SET} hash:net`, `add ${NO_MASQ_SET} ${formatCidr(range)}`, ""].join(
    "\n",
  );
}

/**
 * What weave writes with `--ipalloc-range`, `--no-masq-local` and without its network policy controller, as
 * `iptables-restore --noflush` reads it; after weave's net/bridge.go and net/ipam.
 */
export function renderIptablesRules({ podCIDR }: WeaveNetwork): string {
  const pods = formatCidr(podCIDR);
  const rules = [
    "*filter",
    ":WEAVE-EXPOSE - [0:0]",
    "-A FORWARD -i weave -o weave -j ACCEPT",
    "-A FORWARD -o weave -j WEAVE-EXPOSE",
    "-A FORWARD -i weave ! -o weave -j ACCEPT",
    "-A FORWARD -o weave -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    `-A WEAVE-EXPOSE -d ${pods} -j ACCEPT`,
    "COMMIT",
    "*nat",
    ":WEAVE - [0:0]",
    "-A POSTROUTING -j WEAVE",
    `-A WEAVE -m set --match-set ${NO_MASQ_SET} dst -m comment --comment "Prevent SNAT to locally running containers" -j RETURN`,
    `-A WEAVE -s ${pods} -d 224.0.0.0/4 -j RETURN`,
    `-A WEAVE ! -s ${pods} -d ${pods} -j MASQUERADE`,
    `-A WEAVE -s ${pods} ! -d ${pods} -j MASQUERADE`,
    "COMMIT",
  ];
  return `${rules.join("\n")}\n`;
}
