/**
 * The machines and the wires between them, before any Kubernetes: pure, from
 * the topology to one plan a network namespace.
 *
 *     node01 eth0 ──┐                       ┌── eth0 web (203.0.113.10)
 *     node02 eth0 ──┤ underlay   router     │
 *     laptop eth0 ──┤ (bridge) ─ eth0  eth1 ┤ outside1 (bridge)
 *                   └───────────            └───────────
 *
 * Both switches are bridges in the netns `underlay`. The router is there only
 * when a host stands outside the underlay's subnet; it forwards and does no
 * NAT, so what an outside host sees as its client is what left the node.
 */

import type { LinkPlan, NeighbourPlan, NetnsPlan, RoutePlan } from "../../kernel/plan.ts";
import { addressAt, type Cidr, contains, formatCidr, network } from "../../net/cidr.ts";
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import { deriveMacAddress } from "../../net/mac-address.ts";
import { hostSysctls, machineSysctls, routerSysctls } from "./sysctls.ts";

/** The netns that holds the switches; also the name of the nodes' switch. */
export const UNDERLAY = "underlay";
/** The netns of the router between the underlay and what is outside it. */
export const ROUTER = "router";

/**
 * From this many nodes on, nodes know one another's MAC addresses from the
 * start. The kernel's neighbour table is one for the whole machine and holds
 * 1,024 learned entries; 32 nodes that all talk to one another would fill it.
 */
const PERMANENT_NEIGHBOUR_NODES = 20;

export interface FabricNode {
  readonly name: string;
  readonly address: IpAddress;
}

export interface FabricHost {
  readonly name: string;
  /** The host's own address, with the prefix length of its subnet. */
  readonly address: Cidr;
}

export interface FabricTopology {
  readonly nodes: readonly FabricNode[];
  readonly hosts: readonly FabricHost[];
  readonly underlay: { readonly cidr: Cidr; readonly mtu: number };
}

export interface Fabric {
  /** Every netns that the plans name, in the order in which to create them. */
  readonly netns: readonly string[];
  readonly plans: readonly NetnsPlan[];
  /** Absent when nothing is outside the underlay. */
  readonly router?: { readonly underlayAddress: IpAddress };
}

/** A subnet with a switch of its own. */
interface Segment {
  readonly bridge: string;
  readonly cidr: Cidr;
  readonly hosts: readonly FabricHost[];
  readonly gateway: IpAddress | undefined;
}

export function planFabric(topology: FabricTopology): Fabric {
  const { nodes, hosts, underlay } = topology;
  const isInside = ({ address }: FabricHost): boolean => contains(underlay.cidr, address.address);
  const outside = outsideSegments(hosts.filter((host) => !isInside(host)));
  const insideHosts = hosts.filter(isInside);
  const taken = [...nodes.map(({ address }) => address), ...insideHosts.map(hostAddress)];
  const inside: Segment = {
    bridge: UNDERLAY,
    cidr: network(underlay.cidr),
    hosts: insideHosts,
    gateway: outside.length > 0 ? firstFree(underlay.cidr, taken) : undefined,
  };
  const segments = [inside, ...outside];
  const { mtu } = underlay;
  return {
    netns: [
      UNDERLAY,
      ...(outside.length > 0 ? [ROUTER] : []),
      ...nodes.map(({ name }) => name),
      ...hosts.map(({ name }) => name),
    ],
    plans: [
      planSwitches(segments, mtu),
      ...(outside.length > 0 ? [planRouter(segments, mtu)] : []),
      ...nodes.map((node) => planNode(node, inside, nodes, mtu)),
      ...segments.flatMap((segment) => segment.hosts.map((host) => planHost(host, segment, mtu))),
    ],
    ...(inside.gateway !== undefined && { router: { underlayAddress: inside.gateway } }),
  };
}

/** Hosts that share a subnet share a switch. */
function outsideSegments(hosts: readonly FabricHost[]): readonly Segment[] {
  const bySubnet = new Map<string, FabricHost[]>();
  for (const host of hosts) {
    const subnet = formatCidr(network(host.address));
    bySubnet.set(subnet, [...(bySubnet.get(subnet) ?? []), host]);
  }
  return [...bySubnet.values()].flatMap((members, index) => {
    const [first] = members;
    if (first === undefined) return [];
    const cidr = network(first.address);
    const gateway = firstFree(cidr, members.map(hostAddress));
    return [{ bridge: `outside${index + 1}`, cidr, hosts: members, gateway }];
  });
}

function planSwitches(segments: readonly Segment[], mtu: number): NetnsPlan {
  return {
    netns: UNDERLAY,
    sysctls: {
      ...machineSysctls,
      // A switch does not look into the frames it forwards.
      "net/bridge/bridge-nf-call-iptables": "0",
    },
    links: segments.map(({ bridge }) => ({ type: "bridge", name: bridge, mtu })),
  };
}

function planRouter(segments: readonly Segment[], mtu: number): NetnsPlan {
  const ports = segments.map((segment, index) => ({ ...segment, device: `eth${index}` }));
  return {
    netns: ROUTER,
    sysctls: { ...machineSysctls, ...routerSysctls },
    links: [
      loopback,
      ...ports.map(({ device, bridge }) => uplink({ netns: ROUTER, device, bridge, mtu })),
    ],
    addresses: ports.flatMap(({ device, gateway, cidr }) =>
      gateway === undefined
        ? []
        : [{ device, address: { address: gateway, prefixLength: cidr.prefixLength } }],
    ),
  };
}

function planNode(
  node: FabricNode,
  { bridge, cidr, gateway }: Segment,
  nodes: readonly FabricNode[],
  mtu: number,
): NetnsPlan {
  const others = nodes.length < PERMANENT_NEIGHBOUR_NODES ? [] : nodes;
  const neighbours: readonly NeighbourPlan[] = others
    .filter(({ name }) => name !== node.name)
    .map(({ name, address }) => ({
      device: "eth0",
      address,
      mac: deriveMacAddress(name, "eth0"),
    }));
  return {
    netns: node.name,
    sysctls: { ...machineSysctls, ...routerSysctls },
    links: [loopback, uplink({ netns: node.name, device: "eth0", bridge, mtu })],
    addresses: [
      { device: "eth0", address: { address: node.address, prefixLength: cidr.prefixLength } },
    ],
    routes: defaultRoute(gateway),
    neighbours,
  };
}

function planHost(host: FabricHost, { bridge, gateway }: Segment, mtu: number): NetnsPlan {
  return {
    netns: host.name,
    sysctls: { ...machineSysctls, ...hostSysctls },
    links: [loopback, uplink({ netns: host.name, device: "eth0", bridge, mtu })],
    addresses: [{ device: "eth0", address: host.address }],
    routes: defaultRoute(gateway),
  };
}

const loopback: LinkPlan = { type: "existing", name: "lo" };

interface Uplink {
  readonly netns: string;
  readonly device: string;
  readonly bridge: string;
  readonly mtu: number;
}

/** A wire from a machine to its switch. The switch's port carries the machine's name. */
function uplink({ netns, device, bridge, mtu }: Uplink): LinkPlan {
  return {
    type: "veth",
    name: device,
    mac: deriveMacAddress(netns, device),
    mtu,
    peer: { netns: UNDERLAY, name: portName(netns, bridge), master: bridge, mtu },
  };
}

/**
 * `node01` on the underlay, `router.outside1` on a further switch. A device
 * name holds 15 bytes, so a long one keeps its beginning and ends with what
 * tells it from others of that beginning.
 */
export function portName(machine: string, bridge: string): string {
  const name = bridge === UNDERLAY ? machine : `${machine}.${bridge}`;
  if (name.length <= 15) return name;
  const digest = deriveMacAddress(machine, bridge).replaceAll(":", "").slice(2, 8);
  return `${name.slice(0, 8)}~${digest}`;
}

function defaultRoute(gateway: IpAddress | undefined): readonly RoutePlan[] {
  return gateway === undefined ? [] : [{ via: gateway, device: "eth0" }];
}

function hostAddress({ address }: FabricHost): IpAddress {
  return address.address;
}

/** The lowest address of the block that is neither the network's own nor taken: where people put routers. */
function firstFree(block: Cidr, taken: readonly IpAddress[]): IpAddress {
  for (let index = 1; ; index++) {
    const address = addressAt(block, index);
    if (!taken.includes(address)) return ipAddress(address);
  }
}
