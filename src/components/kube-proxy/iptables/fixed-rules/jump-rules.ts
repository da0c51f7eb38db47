/**
 * The jumps from the kernel's own chains into kube-proxy's. The real one checks
 * each with `iptables -C` and prepends what is missing with `-I`, command by command.
 * Here they are `-I` lines in the payload of a full sync: the same chains in the
 * same order, one process instead of thirty.
 */
import { comment } from "../text/fragments.ts";

export interface JumpRule {
  readonly table: "filter" | "nat";
  readonly from: string;
  readonly to: string;
  /** `-I FROM …`, as the payload has it. */
  readonly text: string;
}

/** Chains that hold nothing: when they are gone, somebody flushed the tables. */
export const CANARY_CHAIN = "KUBE-PROXY-CANARY";

const newOnly = "-m conntrack --ctstate NEW ";

/** `match` goes before the target, as the rule has it. */
export function jump(table: JumpRule["table"], from: string, to: string, match: string): JumpRule {
  return { table, from, to, text: `-I ${from}${match === "" ? "" : ` ${match}`} -j ${to}` };
}

/** In the order of insertion: each goes before those already there, so the last of a chain comes first. */
const always: readonly JumpRule[] = [
  ...["INPUT", "FORWARD"].map((from) =>
    jump(
      "filter",
      from,
      "KUBE-EXTERNAL-SERVICES",
      newOnly + comment("kubernetes externally-visible service portals"),
    ),
  ),
  jump("filter", "INPUT", "KUBE-NODEPORTS", comment("kubernetes health check service ports")),
  ...["FORWARD", "OUTPUT"].map((from) =>
    jump("filter", from, "KUBE-SERVICES", newOnly + comment("kubernetes service portals")),
  ),
  jump("filter", "FORWARD", "KUBE-FORWARD", comment("kubernetes forwarding rules")),
  ...["INPUT", "OUTPUT", "FORWARD"].map((from) =>
    jump(
      "filter",
      from,
      "KUBE-PROXY-FIREWALL",
      newOnly + comment("kubernetes load balancer firewall"),
    ),
  ),
  ...["OUTPUT", "PREROUTING"].map((from) =>
    jump("nat", from, "KUBE-SERVICES", comment("kubernetes service portals")),
  ),
  jump("nat", "POSTROUTING", "KUBE-POSTROUTING", comment("kubernetes postrouting rules")),
];

/** Kubelet's own; kube-proxy makes them too where it fills KUBE-FIREWALL, if kubelet has not been there before. */
export const firewallJumps: readonly JumpRule[] = ["OUTPUT", "INPUT"].map((from) =>
  jump("filter", from, "KUBE-FIREWALL", ""),
);

/** All jumps of a clean node. */
export function jumpRules({
  localhostNodePorts,
}: {
  readonly localhostNodePorts: boolean;
}): readonly JumpRule[] {
  return localhostNodePorts ? [...always, ...firewallJumps] : always;
}
