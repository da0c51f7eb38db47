/**
 * The machines and the wires between them, before any Kubernetes: pure, from
 * the topology to one plan a network namespace.
 *
 *     node01 eth0 ──┐                       ┌── eth0 web (203.0.113.10)
 *     node02 eth0 ──┤ underlay   router     │
 *     laptop eth0 ──┤ (bridge) ─ eth0  eth1 ┤ outside (bridge)
 *                   └───────────            └───────────
 *
 * Every subnet is a switch, which is a bridge in the netns `underlay`. Routers
 * forward and do no NAT, so what an outside host sees as its client is what
 * left the node.
 */
import type { LinkPlan, NeighbourPlan, NetnsPlan, RoutePlan } from "../../kernel/plan/plan.ts";
import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { deriveMacAddress } from "../../net/mac-address.ts";
import type { LoadBalancerHost, RouterInterface, Subnet } from "../../topology/topology.ts";
import { staticRoutes, wayTo } from "./router-ways.ts";
import {
  balancerSysctls,
  hostSysctls,
  machineSysctls,
  nodeSysctls,
  routerSysctls,
} from "./sysctls.ts";

/** The netns that holds the switches. */
export const UNDERLAY = "underlay";

/**
 * From this many nodes on, nodes know one another's MAC addresses from the
 * start. The kernel's neighbour table is one for the whole machine and holds
 * 1,024 learned entries; 32 nodes that all talk to one another would fill it.
 */
const PERMANENT_NEIGHBOUR_NODES = 20;

/** What of a topology the fabric is made from. */
export interface FabricTopology {
  readonly underlay: {
    readonly mtu: number;
    readonly subnets: readonly FabricSubnet[];
    readonly routers: readonly FabricRouter[];
  };
  readonly loadBalancer?: LoadBalancerHost | undefined;
  readonly nodes: readonly Machine[];
  readonly hosts: readonly Machine[];
}

type FabricSubnet = Pick<Subnet, "name" | "cidr" | "gateway">;

interface FabricRouter {
  readonly name: string;
  /** Somebody else finds the ways, such as a BIRD that runs on it. @default false */
  readonly learnsRoutes?: boolean;
  readonly interfaces: ReadonlyArray<Pick<RouterInterface, "subnet" | "address">>;
}

interface Machine {
  readonly name: string;
  readonly address: IpAddress;
  /** The name of its subnet. */
  readonly subnet: string;
}

export interface Fabric {
  /** Every netns that the plans name, in the order in which to create them. */
  readonly netns: readonly string[];
  readonly plans: readonly NetnsPlan[];
}

export function planFabric({ underlay, nodes, hosts, loadBalancer }: FabricTopology): Fabric {
  const { mtu, subnets, routers } = underlay;
  const subnetsByName = new Map(subnets.map((subnet) => [subnet.name, subnet]));
  const cable = (machine: Machine): Cable => ({
    machine,
    subnet: subnetsByName.get(machine.subnet),
    mtu,
  });
  return {
    netns: [UNDERLAY, ...[...routers, ...nodes, ...hosts].map(({ name }) => name)],
    plans: [
      planSwitches(subnets, mtu),
      ...routers.map((router) => ({
        ...planRouter(router, subnetsByName, mtu),
        routes: [
          ...(router.learnsRoutes === true ? [] : staticRoutes(router, routers, subnets)),
          ...balancedRoutes(router, routers, loadBalancer),
        ],
      })),
      ...nodes.map((node) => planNode(cable(node), nodes)),
      ...hosts.map((host) =>
        host.name === loadBalancer?.name
          ? planMachine(cable(host), balancerSysctls)
          : planMachine(cable(host), hostSysctls),
      ),
    ],
  };
}

function planSwitches(subnets: readonly FabricSubnet[], mtu: number): NetnsPlan {
  return {
    netns: UNDERLAY,
    sysctls: {
      ...machineSysctls,
      // A switch does not look into the frames it forwards.
      "net/bridge/bridge-nf-call-iptables": "0",
    },
    links: subnets.map(({ name }) => ({ type: "bridge", name: bridgeName(name), mtu })),
  };
}

function planRouter(
  { name, interfaces }: FabricRouter,
  subnetsByName: ReadonlyMap<string, FabricSubnet>,
  mtu: number,
): NetnsPlan {
  const ports = interfaces.map((port, index) => ({ ...port, device: `eth${index}` }));
  return {
    netns: name,
    sysctls: { ...machineSysctls, ...routerSysctls },
    links: [
      loopback,
      ...ports.map(({ device, subnet }) => uplink({ netns: name, device, subnet, mtu })),
    ],
    addresses: ports.map(({ device, subnet, address }) => ({
      device,
      address: interfaceAddress(address, subnetsByName.get(subnet)),
    })),
  };
}

/** The addresses of Services lead to the load balancer. */
function balancedRoutes(
  router: FabricRouter,
  routers: readonly FabricRouter[],
  balancer: LoadBalancerHost | undefined,
): readonly RoutePlan[] {
  if (balancer === undefined) return [];
  const { pool, address, subnet } = balancer;
  const way = wayTo(subnet, router, routers);
  return way === undefined ? [] : [{ to: pool, via: way.via ?? address, device: way.device }];
}

function planNode(cable: Cable, nodes: readonly Machine[]): NetnsPlan {
  const { machine } = cable;
  const others = nodes.filter(
    ({ name, subnet }) => name !== machine.name && subnet === machine.subnet,
  );
  const known = nodes.length < PERMANENT_NEIGHBOUR_NODES ? [] : others;
  const neighbours = known.map(
    ({ name, address }): NeighbourPlan => ({
      device: "eth0",
      address,
      mac: deriveMacAddress(name, "eth0"),
    }),
  );
  return { ...planMachine(cable, nodeSysctls), neighbours };
}

/** A machine and the switch it is plugged into. */
interface Cable {
  readonly machine: Machine;
  readonly subnet: FabricSubnet | undefined;
  readonly mtu: number;
}

function planMachine(
  { machine: { name, address, subnet: subnetName }, subnet, mtu }: Cable,
  sysctls: Readonly<Record<string, string>>,
): NetnsPlan {
  return {
    netns: name,
    sysctls: { ...machineSysctls, ...sysctls },
    links: [loopback, uplink({ netns: name, device: "eth0", subnet: subnetName, mtu })],
    addresses: [{ device: "eth0", address: interfaceAddress(address, subnet) }],
    routes: defaultRoute(subnet?.gateway),
  };
}

const loopback: LinkPlan = { type: "existing", name: "lo" };

interface Uplink {
  readonly netns: string;
  readonly device: string;
  readonly subnet: string;
  readonly mtu: number;
}

/** A wire from a machine to its switch. The switch's port carries the machine's name. */
function uplink({ netns, device, subnet, mtu }: Uplink): LinkPlan {
  return {
    type: "veth",
    name: device,
    mac: deriveMacAddress(netns, device),
    mtu,
    // What is captured is what a wire would carry: whole checksums, and no frame beyond the MTU.
    offload: "off",
    peer: {
      netns: UNDERLAY,
      name: portName(netns, device),
      mac: deriveMacAddress(UNDERLAY, portName(netns, device)),
      master: bridgeName(subnet),
      mtu,
      offload: "off",
    },
  };
}

/** The switch of a subnet; the nodes' is called `underlay` like the netns it is in. */
function bridgeName(subnet: string): string {
  return deviceName(subnet);
}

/** The switch's end of a machine's cable: `node01`, or `router.eth1` for a further one. */
export function portName(machine: string, device: string): string {
  // Apart from the bridge of the same netns, which a machine could be called after.
  const name = deviceName(device === "eth0" ? machine : `${machine}.${device}`);
  return name === UNDERLAY ? `${name}.eth0` : name;
}

/** A device name holds 15 bytes: a longer one keeps its beginning and ends with what tells it apart. */
function deviceName(name: string): string {
  if (name.length <= 15) return name;
  const digest = deriveMacAddress(name, "").replaceAll(":", "").slice(2, 8);
  return `${name.slice(0, 8)}~${digest}`;
}

function interfaceAddress(address: IpAddress, subnet: FabricSubnet | undefined): Cidr {
  return { address, prefixLength: subnet?.cidr.prefixLength ?? 32 };
}

function defaultRoute(gateway: IpAddress | undefined): readonly RoutePlan[] {
  return gateway === undefined ? [] : [{ via: gateway, device: "eth0" }];
}
