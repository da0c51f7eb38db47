/** The rules that stand whether there are Services or not, in the order in which a payload has them. */
import { isLoopback } from "../../../../net/ip-address.ts";
import type { IptablesSettings } from "../settings.ts";
import { comment } from "../text/fragments.ts";

/** In filter: chains that every sync empties and writes again. */
export function filterChains({ localhostNodePorts }: IptablesSettings): readonly string[] {
  const chains = [
    "KUBE-SERVICES",
    "KUBE-EXTERNAL-SERVICES",
    "KUBE-FORWARD",
    "KUBE-NODEPORTS",
    "KUBE-PROXY-FIREWALL",
  ];
  // Kubelet's chain: kube-proxy writes it too, because it is what makes route_localnet safe.
  return localhostNodePorts ? [...chains, "KUBE-FIREWALL"] : chains;
}

/** In nat. */
export const natChains: readonly string[] = [
  "KUBE-SERVICES",
  "KUBE-NODEPORTS",
  "KUBE-POSTROUTING",
  "KUBE-MARK-MASQ",
];

export function filterHead({ localhostNodePorts }: IptablesSettings): readonly string[] {
  if (!localhostNodePorts) return [];
  // route_localnet lets neighbours send to 127.0.0.1 of this node; only answers and node ports may.
  return [
    `-A KUBE-FIREWALL ${comment("block incoming localnet connections")} -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`,
  ];
}

export function natHead({
  mark,
  randomFully,
}: Pick<IptablesSettings, "mark" | "randomFully">): readonly string[] {
  const masquerade = randomFully ? "MASQUERADE --random-fully" : "MASQUERADE";
  return [
    `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
    // Cleared, so that a packet that passes here again, encapsulated or looped, is judged anew.
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
    `-A KUBE-POSTROUTING ${comment("kubernetes service traffic requiring SNAT")} -j ${masquerade}`,
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
  ];
}

export function filterTail(settings: IptablesSettings): readonly string[] {
  const { mark, tcpBeLiberal } = settings;
  const counter = counterMatch(settings, "ct_state_invalid_dropped_pkts");
  return [
    // A packet that conntrack cannot place would leave un-NATed, and a client that sees it resets the connection.
    ...(tcpBeLiberal ? [] : [`-A KUBE-FORWARD -m conntrack --ctstate INVALID${counter} -j DROP`]),
    `-A KUBE-FORWARD ${comment("kubernetes forwarding rules")} -m mark --mark ${mark}/${mark} -j ACCEPT`,
    `-A KUBE-FORWARD ${comment("kubernetes forwarding conntrack rule")} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  ];
}

/** The way into KUBE-NODEPORTS: behind all Services, since a Service's own address comes first. */
export function natTail({
  family,
  nodePorts,
  localhostNodePorts,
}: IptablesSettings): readonly string[] {
  const note = comment(
    "kubernetes service nodeports; NOTE: this must be the last rule in this chain",
  );
  const rule = (match: string): string => `-A KUBE-SERVICES ${note} ${match} -j KUBE-NODEPORTS`;
  if (nodePorts.type === "all") {
    const loopback = family === "ipv4" ? "127.0.0.0/8" : "::1/128";
    const except = localhostNodePorts ? "" : ` ! -d ${loopback}`;
    return [rule(`-m addrtype --dst-type LOCAL${except}`)];
  }
  return nodePorts.addresses
    .filter((address) => localhostNodePorts || !isLoopback(address))
    .map((address) => rule(`-d ${address}`));
}

/** ` -m nfacct …`, or nothing where the counter does not exist. */
export function counterMatch({ nfacctCounters }: IptablesSettings, counter: string): string {
  return nfacctCounters.includes(counter) ? ` -m nfacct --nfacct-name ${counter}` : "";
}
