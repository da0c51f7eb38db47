/**
 * What a network namespace should hold, as data. Pod networks and the fabric
 * compute plans without touching Linux; `apply` turns one into a single batch
 * of rtnetlink messages.
 *
 * Every entry says what the corresponding `ip` command would, so that a reader
 * can repeat it by hand.
 */
import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import type { MacAddress } from "../../net/mac-address.ts";

/** What all devices have in common: `ip link add NAME address MAC mtu MTU`, `ip link set NAME master M`, `… up`. */
interface LinkCommon {
  /** At most 15 bytes: IFNAMSIZ counts the terminating NUL. */
  readonly name: string;
  readonly mac?: MacAddress;
  readonly mtu?: number;
  /** The bridge this device is a port of, by name, in the same netns. */
  readonly master?: string;
  /** `bridge link set dev NAME hairpin on`; needs `master`. */
  readonly hairpin?: boolean;
  /** `bridge link set dev NAME isolated on`; needs `master`. */
  readonly isolated?: boolean;
  /**
   * `ethtool -K NAME gro off gso off tso off tx off`: frames are as large and have the checksums as on real wires.
   * With offloads on, which is the kernel's default and faster, a capture shows frames of
   * up to 64 KiB with checksums that nobody has computed.
   */
  readonly offload?: "on" | "off";
  /** Devices come up unless this says `down`. */
  readonly state?: "up" | "down";
}

export interface VethEnd extends LinkCommon {
  /** The name of the netns that gets this end. */
  readonly netns: string;
}

/** `ip link add NAME type veth peer name PEER netns NETNS`. */
interface VethLink extends LinkCommon {
  readonly type: "veth";
  readonly peer: VethEnd;
}

/** `ip link add NAME type bridge`: no STP, no forward delay. */
interface BridgeLink extends LinkCommon {
  readonly type: "bridge";
  /** `nf_call_iptables 1`: frames between ports pass iptables too. Only this bridge; see the netns's sysctl for all. */
  readonly nfCallIptables?: boolean;
}

/** `ip link add NAME type vxlan id VNI dstport PORT local IP dev DEV`. */
interface VxlanLink extends LinkCommon {
  readonly type: "vxlan";
  /** 24 bits. */
  readonly vni: number;
  readonly port: number;
  readonly local?: IpAddress;
  readonly device?: string;
  readonly learning: boolean;
  readonly udpChecksum?: boolean;
  readonly ttl?: number;
  readonly dontFragment?: boolean;
}

/** `ip link add NAME type ipip`: without ends, so that the route says whereto. Where the module has made it already, it is only set. */
interface IpipLink extends LinkCommon {
  readonly type: "ipip";
}

/** A device that is there already, such as `lo`: only its attributes are set. */
interface ExistingLink extends LinkCommon {
  readonly type: "existing";
}

export type LinkPlan = VethLink | BridgeLink | VxlanLink | IpipLink | ExistingLink;

/** `ip address add ADDRESS dev DEVICE`. */
export interface AddressPlan {
  readonly device: string;
  readonly address: Cidr;
  readonly scope?: "global" | "link" | "host";
}

/** `ip route replace TO via VIA dev DEVICE`; an absent `to` is the default route. */
export interface RoutePlan {
  readonly to?: Cidr;
  readonly via?: IpAddress;
  readonly device?: string;
  readonly source?: IpAddress;
  readonly scope?: "global" | "link" | "host";
  readonly type?: "unicast" | "blackhole" | "unreachable" | "prohibit";
  readonly onlink?: boolean;
  readonly metric?: number;
  /** RTPROT_*: `boot` 3 unless given, `static` 4, `bird` 12. */
  readonly protocol?: number;
  readonly mtu?: number;
}

/** `ip neigh replace ADDRESS lladdr MAC dev DEVICE nud permanent`. */
export interface NeighbourPlan {
  readonly device: string;
  readonly address: IpAddress;
  readonly mac: MacAddress;
}

/** `bridge fdb append MAC dev DEVICE dst DESTINATION self permanent`. */
interface FdbPlan {
  readonly device: string;
  readonly mac: MacAddress;
  readonly destination: IpAddress;
  readonly vni?: number;
}

/** Applied in the order of the fields. Absent means none. */
export interface NetnsPlan {
  /** The netns's name; it exists before the plan is applied, and so do the netns of veth peers. */
  readonly netns: string;
  /** Path below /proc/sys, with slashes: `net/ipv4/ip_forward`. Written before the links exist. */
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly links?: readonly LinkPlan[];
  readonly addresses?: readonly AddressPlan[];
  readonly routes?: readonly RoutePlan[];
  readonly neighbours?: readonly NeighbourPlan[];
  readonly fdb?: readonly FdbPlan[];
  /** Sysctls that exist per device, such as `net/ipv4/conf/cali1/proxy_arp`: written after the links exist. */
  readonly deviceSysctls?: Readonly<Record<string, string>>;
}
