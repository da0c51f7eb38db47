/**
 * What the `portmap` plugin has a node's iptables do for pods with a `hostPort`: one chain that every new connection to an address of the
 * node passes, one behind it for each pod, and a mark for what has to come back the same way.
 *
 * @see containernetworking/plugins, plugins/meta/portmap/portmap.go
 */
import { createHash } from "node:crypto";
import type { PortMapping } from "../../api/pods/port-mapping.ts";
import { type Cidr, formatCidr, network } from "../../net/cidr.ts";
import {
  familyOf,
  formatSocketAddress,
  type IpFamily,
  parseIpAddress,
} from "../../net/ip-address.ts";

/** Of one family. */
export interface MappedPod {
  /** The `name` in the network's configuration, as in `/etc/cni/net.d`. */
  readonly networkName: string;
  /** Of the pod's sandbox. */
  readonly containerId: string;
  /** Its own, with the prefix length that it has in the pod. */
  readonly address: Cidr;
  readonly mappings: readonly PortMapping[];
}

const DNAT_CHAIN = "CNI-HOSTPORT-DNAT";
const MARK_CHAIN = "CNI-HOSTPORT-SETMARK";
const MASQUERADE_CHAIN = "CNI-HOSTPORT-MASQ";
/** Bit 13: not kube-proxy's, which is 14. */
const MARK = "0x2000/0x2000";
/** iptables' limit of the match `multiport`. */
const PORTS_A_RULE = 15;
/** iptables' limit of a chain's name. */
const CHAIN_LENGTH = 28;

/** The ways into the chains, for `iptables-restore --noflush`, once a node. The masquerade comes before the pod network's own. */
export function renderHooks(): string {
  return payload([
    `:${DNAT_CHAIN} - [0:0]`,
    `:${MARK_CHAIN} - [0:0]`,
    `:${MASQUERADE_CHAIN} - [0:0]`,
    `-A PREROUTING -m addrtype --dst-type LOCAL -j ${DNAT_CHAIN}`,
    `-A OUTPUT -m addrtype --dst-type LOCAL -j ${DNAT_CHAIN}`,
    `-I POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j ${MASQUERADE_CHAIN}`,
    `-A ${MARK_CHAIN} -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark ${MARK}`,
    `-A ${MASQUERADE_CHAIN} -m mark --mark ${MARK} -j MASQUERADE`,
  ]);
}

/** All that lead to pods; `gone` have none any more. For `iptables-restore --noflush`. */
export function renderHostPorts(
  pods: readonly MappedPod[],
  gone: readonly MappedPod[] = [],
): string {
  return payload([
    `:${DNAT_CHAIN} - [0:0]`,
    ...[...pods, ...gone].map((pod) => `:${chainOf(pod)} - [0:0]`),
    ...pods.flatMap((pod) => [...entryRules(pod), ...podRules(pod)]),
    ...gone.map((pod) => `-X ${chainOf(pod)}`),
  ]);
}

function payload(lines: readonly string[]): string {
  return `${["*nat", ...lines, "COMMIT"].join("\n")}\n`;
}

/** `CNI-DN-91ef4f204a5ac51151124`. */
function chainOf({ networkName, containerId }: MappedPod): string {
  const digest = createHash("sha512").update(`${networkName}${containerId}`).digest("hex");
  return `CNI-DN-${digest}`.slice(0, CHAIN_LENGTH);
}

function entryRules(pod: MappedPod): readonly string[] {
  const { networkName, containerId, mappings } = pod;
  const comment = `"dnat name: \\"${networkName}\\" id: \\"${containerId}\\""`;
  const protocols = [...new Set(mappings.map(({ protocol }) => protocol))].sort();
  return protocols.flatMap((protocol) => {
    const ports = mappings
      .filter((each) => each.protocol === protocol)
      .map(({ hostPort }) => hostPort);
    return inPieces(ports, PORTS_A_RULE).map(
      (piece) =>
        `-A ${DNAT_CHAIN} -p ${protocol} -m comment --comment ${comment} -m multiport --dports ${piece.join(",")} -j ${chainOf(pod)}`,
    );
  });
}

/** What comes from the pod itself or its neighbours, and from the node's loopback, would be answered past the node: it is masqueraded. */
function podRules(pod: MappedPod): readonly string[] {
  const { address, mappings } = pod;
  const family = familyOf(address.address);
  const neighbours = formatCidr(network(address));
  return mappings
    .filter(({ hostIP }) => isOfFamily(hostIP, family))
    .flatMap(({ protocol, hostPort, containerPort, hostIP }) => {
      const match = `-p ${protocol} -m ${protocol} --dport ${hostPort}${destination(hostIP)}`;
      const chain = `-A ${chainOf(pod)}`;
      const target = formatSocketAddress(address.address, containerPort);
      return [
        `${chain} -s ${neighbours} ${match} -j ${MARK_CHAIN}`,
        ...(family === "ipv4" ? [`${chain} -s 127.0.0.1/32 ${match} -j ${MARK_CHAIN}`] : []),
        `${chain} ${match} -j DNAT --to-destination ${target}`,
      ];
    });
}

/** Without an address a mapping is of both families. */
function isOfFamily(hostIP: string | undefined, family: IpFamily): boolean {
  const address = parseIpAddress(hostIP ?? "");
  return address === undefined || familyOf(address) === family;
}

function destination(hostIP: string | undefined): string {
  return hostIP === undefined || hostIP === "0.0.0.0" || hostIP === "::" ? "" : ` -d ${hostIP}`;
}

function inPieces<T>(items: readonly T[], size: number): ReadonlyArray<readonly T[]> {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, piece) => items.slice(piece * size, (piece + 1) * size));
}
