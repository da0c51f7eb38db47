/**
 * The rules of userspace mode: they lead everything that is for a Service to the port on which kube-proxy
 * itself listens for that Service, the proxy port. PREROUTING redirects (to the node), OUTPUT translates,
 * since what a process of the node sends is not going anywhere yet.
 *
 * The real one makes each rule by a command of its own; here they are one payload, in the same order.
 */
import type { IpAddress, IpFamily } from "../../../net/ip-address.ts";
import { formatSocketAddress } from "../../../net/ip-address.ts";
import { type JumpRule, jump } from "../iptables/fixed-rules/jump-rules.ts";
import { comment } from "../iptables/text/fragments.ts";
import { chainLine, renderPayload } from "../iptables/text/payload.ts";
import type { ServicePort } from "../model/services/service-port.ts";

export interface Portal {
  readonly port: ServicePort;
  readonly proxyPort: number;
}

export interface PortalInput {
  readonly portals: readonly Portal[];
  /** Where processes of the node are sent: an address of the node that is not loopback. */
  readonly hostIP: IpAddress;
  readonly family: IpFamily;
  /** Those of {@link portalJumps} that the node does not have yet. */
  readonly jumps: readonly JumpRule[];
}

const before = "handle ClusterIPs; NOTE: this must be before the NodePort rules";
const last = "handle service NodePorts; NOTE: this must be the last rule in the chain";
const toLocal = "-m addrtype --dst-type LOCAL";

/** In the order of a clean node; two come before whatever is there, as in the other modes, and two behind it. */
export const portalJumps: readonly JumpRule[] = [
  jump(
    "filter",
    "INPUT",
    "KUBE-NODEPORT-NON-LOCAL",
    comment("Ensure that non-local NodePort traffic can flow"),
  ),
  jump("nat", "PREROUTING", "KUBE-PORTALS-CONTAINER", comment(before)),
  jump("nat", "OUTPUT", "KUBE-PORTALS-HOST", comment(before)),
  appended("PREROUTING", "KUBE-NODEPORT-CONTAINER"),
  appended("OUTPUT", "KUBE-NODEPORT-HOST"),
];

function appended(from: string, to: string): JumpRule {
  return { table: "nat", from, to, text: `-A ${from} ${toLocal} ${comment(last)} -j ${to}` };
}

const natChains = [
  "KUBE-PORTALS-CONTAINER",
  "KUBE-PORTALS-HOST",
  "KUBE-NODEPORT-CONTAINER",
  "KUBE-NODEPORT-HOST",
];

/** Whether what `iptables-save` prints still has the chains. */
export function hasPortals(saved: string): boolean {
  return natChains.every((chain) => saved.includes(`\n:${chain} `));
}

/** Input of `iptables-restore --noflush`. */
export function renderPortals(input: PortalInput): string {
  const { portals } = input;
  const jumpsOf = (table: JumpRule["table"]): readonly string[] =>
    input.jumps.filter((each) => each.table === table).map(({ text }) => text);
  return renderPayload([
    {
      name: "filter",
      chains: [chainLine("KUBE-NODEPORT-NON-LOCAL")],
      rules: [...jumpsOf("filter"), ...portals.flatMap(nonLocalRules)],
    },
    {
      name: "nat",
      chains: natChains.map(chainLine),
      rules: [...jumpsOf("nat"), ...portals.flatMap((portal) => natRules(portal, input))],
    },
  ]);
}

function natRules({ port, proxyPort }: Portal, { hostIP, family }: PortalInput): readonly string[] {
  const redirect = `REDIRECT --to-ports ${proxyPort}`;
  const toHost = `DNAT --to-destination ${formatSocketAddress(hostIP, proxyPort)}`;
  const bits = family === "ipv4" ? 32 : 128;
  const rule = (chain: string, number: number, match: string, target: string): string =>
    `-A ${chain} ${comment(port.name)} -p ${port.protocol} -m ${port.protocol} --dport ${number}${match} -j ${target}`;
  const to = (address: IpAddress): string => ` -d ${address}/${bits}`;
  return [
    ...[port.clusterIP, ...port.loadBalancerVIPs].flatMap((address) => [
      rule("KUBE-PORTALS-CONTAINER", port.port, to(address), redirect),
      rule("KUBE-PORTALS-HOST", port.port, to(address), toHost),
    ]),
    ...port.externalIPs.flatMap((address) => [
      // What came over a bridge's port is on its way between pods, not for this node.
      rule(
        "KUBE-PORTALS-CONTAINER",
        port.port,
        `${to(address)} -m physdev ! --physdev-is-in`,
        redirect,
      ),
      rule("KUBE-PORTALS-CONTAINER", port.port, `${to(address)} ${toLocal}`, redirect),
      rule("KUBE-PORTALS-HOST", port.port, `${to(address)} ${toLocal}`, toHost),
    ]),
    ...(port.nodePort === undefined
      ? []
      : [
          rule("KUBE-NODEPORT-CONTAINER", port.nodePort, "", redirect),
          rule("KUBE-NODEPORT-HOST", port.nodePort, "", toHost),
        ]),
  ];
}

/** What was redirected arrives at the proxy port; a firewall behind must let it in. */
function nonLocalRules({ port, proxyPort }: Portal): readonly string[] {
  if (port.nodePort === undefined) return [];
  const name = comment(port.name);
  return [
    `-A KUBE-NODEPORT-NON-LOCAL ${name} -p ${port.protocol} -m ${port.protocol} --dport ${proxyPort} ${name} -m state --state NEW -j ACCEPT`,
  ];
}
