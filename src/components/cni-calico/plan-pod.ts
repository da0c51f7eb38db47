/**
 * A pod's wire, after calico's CNI plugin and Felix: no bridge and no network of its own, only a route.
 *
 *     pod   eth0 10.244.7.3/32    default via 169.254.1.1 dev eth0
 *     node  cali0123456789a       10.244.7.3 dev cali0123456789a scope link
 *
 * In IPv6 the gateway is the link-local address of the node's end, which is the same on every wire as its MAC address is:
 *
 *     pod   eth0 fd00:10:244::7:3/128    default via fe80::ecee:eeff:feee:eeee dev eth0
 */
import { createHash } from "node:crypto";
import type { AddressPlan, NetnsPlan, RoutePlan } from "../../kernel/plan/plan.ts";
import { hostCidr } from "../../net/cidr.ts";
import { familyOf, type IpAddress, ipAddress } from "../../net/ip-address.ts";
import { linkLocalAddress } from "../../net/link-local.ts";
import { deriveMacAddress, type MacAddress, macAddressFromBytes } from "../../net/mac-address.ts";
import { type CalicoNetwork, type CalicoNode, podMtu, tunnelOf } from "./calico-network.ts";

export interface CalicoPod {
  readonly namespace: string;
  readonly name: string;
  /** The pod's own, which exists. */
  readonly netns: string;
  readonly address: IpAddress;
}

/** Every pod's gateway. No device has it: the node answers for it by proxy ARP. */
const gateway = ipAddress("169.254.1.1");

/** Of every node's end of every wire: nobody but the pod at the other end sees it. */
const hostMac: MacAddress = macAddressFromBytes(new Uint8Array(6).fill(0xee));

/** The pod's plan and, once that is there, what its node adds. */
export function planPod(
  node: CalicoNode,
  pod: CalicoPod,
  network: CalicoNetwork,
): readonly [pod: NetnsPlan, node: NetnsPlan] {
  const device = hostEndOf(pod);
  const mtu = podMtu(network);
  const mac = deriveMacAddress(pod.netns, "eth0");
  const wire = familyOf(pod.address) === "ipv4" ? wireIpv4(device) : wireIpv6(device, mac);
  return [
    {
      netns: pod.netns,
      // A pod is no router.
      sysctls: wire.podSysctls,
      links: [
        {
          type: "veth",
          name: "eth0",
          mac,
          mtu,
          offload: "off",
          peer: { netns: node.name, name: device, mac: hostMac, mtu, offload: "off" },
        },
      ],
      addresses: [{ device: "eth0", address: hostCidr(pod.address) }, ...wire.podAddresses],
      routes: wire.podRoutes,
    },
    {
      netns: node.name,
      ...(wire.nodeAddresses.length > 0 && { addresses: wire.nodeAddresses }),
      routes: [{ to: hostCidr(pod.address), device, scope: "link", ...source(node, network) }],
      deviceSysctls: wire.deviceSysctls,
    },
  ];
}

/**
 * What pods see of their own node. Its wire has no address, so the kernel would take the first device's that has one; in a new netns
 * `tunl0` can stand before `eth0`, where on a machine the module comes later. Felix calls this `deviceRouteSourceAddress`.
 */
function source(
  { address }: CalicoNode,
  { options }: CalicoNetwork,
): Pick<RoutePlan, "source"> | undefined {
  return tunnelOf(options)?.type === "ipip" ? { source: address } : undefined;
}

/** `cali` and eleven digits of a hash of whose end it is, as Felix computes it too. */
export function hostEndOf({ namespace, name }: Pick<CalicoPod, "namespace" | "name">): string {
  const digest = createHash("sha1").update(`${namespace}.${name}`).digest("hex");
  return `cali${digest.slice(0, 11)}`;
}

/** What the ends of a wire have because of one family. */
interface Wire {
  readonly podSysctls: Readonly<Record<string, string>>;
  /** Besides the pod's own. */
  readonly podAddresses: readonly AddressPlan[];
  readonly podRoutes: readonly RoutePlan[];
  readonly nodeAddresses: readonly AddressPlan[];
  readonly deviceSysctls: Readonly<Record<string, string>>;
}

function wireIpv4(device: string): Wire {
  return {
    podSysctls: { "net/ipv4/ip_forward": "0" },
    podAddresses: [],
    podRoutes: [
      { to: hostCidr(gateway), device: "eth0", scope: "link" },
      { via: gateway, device: "eth0" },
    ],
    nodeAddresses: [],
    deviceSysctls: {
      [`net/ipv4/conf/${device}/route_localnet`]: "1",
      // The kernel would wait up to 0.8 s before it answers for somebody else.
      [`net/ipv4/neigh/${device}/proxy_delay`]: "0",
      [`net/ipv4/conf/${device}/proxy_arp`]: "1",
      [`net/ipv4/conf/${device}/forwarding`]: "1",
    },
  };
}

function wireIpv6(device: string, mac: MacAddress): Wire {
  return {
    podSysctls: { "net/ipv6/conf/all/forwarding": "0" },
    podAddresses: [linkLocal("eth0", mac)],
    podRoutes: [{ via: linkLocalAddress(hostMac), device: "eth0" }],
    nodeAddresses: [linkLocal(device, hostMac)],
    deviceSysctls: {
      [`net/ipv6/neigh/${device}/proxy_delay`]: "0",
      [`net/ipv6/conf/${device}/proxy_ndp`]: "1",
      [`net/ipv6/conf/${device}/forwarding`]: "1",
    },
  };
}

function linkLocal(device: string, mac: MacAddress): AddressPlan {
  return { device, address: { address: linkLocalAddress(mac), prefixLength: 64 }, scope: "link" };
}
