/** The iptables rules of ipvs mode: who is masqueraded, accepted or refused. Few, and asking sets. */

import { natHead } from "../../iptables/fixed-rules/fixed-rules.ts";
import { type JumpRule, jump } from "../../iptables/fixed-rules/jump-rules.ts";
import { comment, ifNotLocal } from "../../iptables/text/fragments.ts";
import { chainLine, renderPayload } from "../../iptables/text/payload.ts";
import type { ServiceModel } from "../../model/cluster/cluster-model.ts";
import type { IpvsSettings } from "../settings.ts";
import { admits, kernelName, type SetContents, type SetName, setComment } from "./ip-sets.ts";

const NAT_CHAINS: readonly string[] = [
  "KUBE-SERVICES",
  "KUBE-POSTROUTING",
  "KUBE-NODE-PORT",
  "KUBE-LOAD-BALANCER",
  "KUBE-MARK-MASQ",
];
const FILTER_CHAINS: readonly string[] = [
  "KUBE-FORWARD",
  "KUBE-NODE-PORT",
  "KUBE-PROXY-FIREWALL",
  "KUBE-SOURCE-RANGES-FIREWALL",
  "KUBE-IPVS-FILTER",
  "KUBE-IPVS-OUT-FILTER",
];

/** In the order of insertion: each goes before those already there. */
export const ipvsJumps: readonly JumpRule[] = [
  ...["OUTPUT", "PREROUTING"].map((from) =>
    jump("nat", from, "KUBE-SERVICES", comment("kubernetes service portals")),
  ),
  jump("nat", "POSTROUTING", "KUBE-POSTROUTING", comment("kubernetes postrouting rules")),
  jump("filter", "FORWARD", "KUBE-FORWARD", comment("kubernetes forwarding rules")),
  jump("filter", "INPUT", "KUBE-NODE-PORT", comment("kubernetes health check rules")),
  ...["INPUT", "FORWARD"].map((from) =>
    jump("filter", from, "KUBE-PROXY-FIREWALL", comment("kube-proxy firewall rules")),
  ),
  jump("filter", "INPUT", "KUBE-IPVS-FILTER", comment("kubernetes ipvs access filter")),
  jump("filter", "OUTPUT", "KUBE-IPVS-OUT-FILTER", comment("kubernetes ipvs access filter")),
];

export interface RulesInput {
  readonly settings: IpvsSettings;
  readonly contents: SetContents;
  /** Those of all Services that have some: see {@link barringRules}. */
  readonly barring: readonly string[];
  /** Those of {@link ipvsJumps} that the node does not have yet. */
  readonly jumps: readonly JumpRule[];
}

/** For `iptables-restore --noflush`: nat first. */
export function rulesPayload(input: RulesInput): string {
  const jumpsOf = (table: JumpRule["table"]): readonly string[] =>
    input.jumps.filter((rule) => rule.table === table).map(({ text }) => text);
  return renderPayload([
    {
      name: "nat",
      chains: NAT_CHAINS.map(chainLine),
      rules: [...jumpsOf("nat"), ...natRules(input)],
    },
    {
      name: "filter",
      chains: FILTER_CHAINS.map(chainLine),
      rules: [...jumpsOf("filter"), ...filterRules(input)],
    },
  ]);
}

function natRules({ settings, contents }: RulesInput): readonly string[] {
  const { family } = settings;
  const ask = asker(settings, contents);
  const loopback = family === "ipv4" ? "127.0.0.0/8" : "::1/128";
  return [
    // What a node asks of itself by localhost is not a Service's.
    `-A KUBE-SERVICES -s ${loopback} -j RETURN`,
    ...ask("KUBE-POSTROUTING", "KUBE-LOOP-BACK", "dst,dst,src", "-j MASQUERADE"),
    ...ask("KUBE-SERVICES", "KUBE-LOAD-BALANCER", "dst,dst", "-j KUBE-LOAD-BALANCER"),
    ...ask("KUBE-LOAD-BALANCER", "KUBE-LOAD-BALANCER-LOCAL", "dst,dst", "-j RETURN"),
    ...nodePortRules(settings, contents),
    ...clusterIPRule(settings, contents),
    ...ask("KUBE-SERVICES", "KUBE-EXTERNAL-IP", "dst,dst", "-j KUBE-MARK-MASQ"),
    ...externalIPRules("KUBE-EXTERNAL-IP", settings, contents),
    ...externalIPRules("KUBE-EXTERNAL-IP-LOCAL", settings, contents),
    "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT",
    "-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ",
    ...(["KUBE-CLUSTER-IP", "KUBE-LOAD-BALANCER"] as const)
      .filter((name) => !isEmpty(name, contents))
      .map((name) => `-A KUBE-SERVICES ${matchSet(name, "dst,dst", settings)} -j ACCEPT`),
    ...natHead(settings),
  ];
}

function nodePortRules(settings: IpvsSettings, contents: SetContents): readonly string[] {
  const sets = [
    ["tcp", "KUBE-NODE-PORT-LOCAL-TCP", "KUBE-NODE-PORT-TCP", "dst"],
    ["udp", "KUBE-NODE-PORT-LOCAL-UDP", "KUBE-NODE-PORT-UDP", "dst"],
    ["sctp", "KUBE-NODE-PORT-LOCAL-SCTP-HASH", "KUBE-NODE-PORT-SCTP-HASH", "dst,dst"],
  ] as const;
  const ask = asker(settings, contents);
  return sets.flatMap(([protocol, local, all, flags]) => [
    ...ask(`KUBE-NODE-PORT -p ${protocol}`, local, flags, "-j RETURN"),
    ...ask(`KUBE-NODE-PORT -p ${protocol}`, all, flags, "-j KUBE-MARK-MASQ"),
  ]);
}

function clusterIPRule(settings: IpvsSettings, contents: SetContents): readonly string[] {
  const { masqueradeAll, detector } = settings;
  const ask = asker(settings, contents);
  if (masqueradeAll) {
    return ask("KUBE-SERVICES", "KUBE-CLUSTER-IP", "dst,dst", "-j KUBE-MARK-MASQ");
  }
  if (detector !== undefined) {
    const rest = `${ifNotLocal(detector)} -j KUBE-MARK-MASQ`;
    return ask("KUBE-SERVICES", "KUBE-CLUSTER-IP", "dst,dst", rest);
  }
  // A process of the node has the ClusterIP as its own address: nobody else could answer it.
  return ask("KUBE-SERVICES", "KUBE-CLUSTER-IP", "src,dst", "-j KUBE-MARK-MASQ");
}

/** Traffic that comes from outside through this node, or was sent by it. */
function externalIPRules(
  name: SetName,
  settings: IpvsSettings,
  contents: SetContents,
): readonly string[] {
  const ask = asker(settings, contents);
  const routed = "-m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT";
  return [
    ...ask("KUBE-SERVICES", name, "dst,dst", routed),
    ...ask("KUBE-SERVICES", name, "dst,dst", "-m addrtype --dst-type LOCAL -j ACCEPT"),
  ];
}

function filterRules({ settings, contents, barring }: RulesInput): readonly string[] {
  const { mark } = settings;
  const ask = asker(settings, contents);
  const known = (name: SetName, flags: string): string =>
    `-A KUBE-IPVS-FILTER ${matchSet(name, flags, settings)} -j RETURN`;
  const sourceRanges = "KUBE-SOURCE-RANGES-FIREWALL";
  return [
    ...ask("KUBE-PROXY-FIREWALL", "KUBE-LOAD-BALANCER-FW", "dst,dst", `-j ${sourceRanges}`),
    ...ask(sourceRanges, "KUBE-LOAD-BALANCER-SOURCE-CIDR", "dst,dst,src", "-j RETURN"),
    ...ask(sourceRanges, "KUBE-LOAD-BALANCER-SOURCE-IP", "dst,dst,src", "-j RETURN"),
    `-A ${sourceRanges} -j DROP`,
    ...barring,
    `-A KUBE-FORWARD ${comment("kubernetes forwarding rules")} -m mark --mark ${mark}/${mark} -j ACCEPT`,
    `-A KUBE-FORWARD ${comment("kubernetes forwarding conntrack rule")} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A KUBE-NODE-PORT ${comment(setComment("KUBE-HEALTH-CHECK-NODE-PORT"))} ${matchSet("KUBE-HEALTH-CHECK-NODE-PORT", "dst", settings)} -j ACCEPT`,
    // Bound addresses are the node's: without these, whatever it listens on answers at every Service's.
    known("KUBE-LOAD-BALANCER", "dst,dst"),
    known("KUBE-CLUSTER-IP", "dst,dst"),
    known("KUBE-EXTERNAL-IP", "dst,dst"),
    known("KUBE-EXTERNAL-IP-LOCAL", "dst,dst"),
    known("KUBE-HEALTH-CHECK-NODE-PORT", "dst"),
    `-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW ${matchSet("KUBE-IPVS-IPS", "dst", settings)} -j REJECT`,
  ];
}

/** Of one Service. A node that may not use its load balancer would come to it with the load balancer's own address. */
export function barringRules(
  { ports }: ServiceModel,
  { nodeIP }: Pick<IpvsSettings, "nodeIP">,
): readonly string[] {
  return ports
    .filter(({ port }) => port.sourceRanges.length > 0 && !admits(port, nodeIP))
    .flatMap(({ port }) =>
      port.loadBalancerVIPs.map(
        (vip) =>
          `-A KUBE-IPVS-OUT-FILTER -s ${vip} -m ipvs --vaddr ${vip} --vproto ${port.protocol} --vport ${port.port} -j DROP`,
      ),
    );
}

/** Makes a rule with the set's comment; none for an empty set. */
function asker(
  settings: IpvsSettings,
  contents: SetContents,
): (chain: string, name: SetName, flags: string, rest: string) => readonly string[] {
  return (chain, name, flags, rest) =>
    isEmpty(name, contents)
      ? []
      : [`-A ${chain} ${comment(setComment(name))} ${matchSet(name, flags, settings)} ${rest}`];
}

function matchSet(name: SetName, flags: string, { family }: IpvsSettings): string {
  return `-m set --match-set ${kernelName(name, family)} ${flags}`;
}

function isEmpty(name: SetName, contents: SetContents): boolean {
  return (contents.get(name)?.size ?? 0) === 0;
}
