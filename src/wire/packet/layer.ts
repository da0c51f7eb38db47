/** Every kind of layer that a decoded packet can have. Narrow with `layer.type`. */

import type { BgpLayer } from "./bgp/layer.ts";
import type { DataLayer, MalformedLayer, ShortLayer } from "./data.ts";
import type { DnsLayer } from "./dns/layer.ts";
import type { IcmpLayer } from "./internet/icmp.ts";
import type { Icmpv6Layer } from "./internet/icmpv6.ts";
import type { Ipv4Layer } from "./internet/ipv4.ts";
import type { Ipv6Layer } from "./internet/ipv6.ts";
import type { Ipv6ExtensionLayer, Ipv6FragmentLayer } from "./internet/ipv6-extension.ts";
import type { ArpLayer } from "./link/arp.ts";
import type { EthernetLayer } from "./link/ethernet.ts";
import type { LinuxCookedLayer } from "./link/linux-cooked.ts";
import type { LlcLayer } from "./link/llc.ts";
import type { LoopbackLayer } from "./link/loopback.ts";
import type { VlanLayer } from "./link/vlan.ts";
import type { RawLayer } from "./raw.ts";
import type { SctpLayer } from "./transport/sctp.ts";
import type { TcpLayer } from "./transport/tcp.ts";
import type { UdpLayer } from "./transport/udp.ts";
import type { GreLayer } from "./tunnel/gre.ts";
import type { VxlanLayer } from "./tunnel/vxlan.ts";

export type Layer =
  | ArpLayer
  | BgpLayer
  | DataLayer
  | DnsLayer
  | EthernetLayer
  | GreLayer
  | IcmpLayer
  | Icmpv6Layer
  | Ipv4Layer
  | Ipv6ExtensionLayer
  | Ipv6FragmentLayer
  | Ipv6Layer
  | LinuxCookedLayer
  | LlcLayer
  | LoopbackLayer
  | MalformedLayer
  | RawLayer
  | SctpLayer
  | ShortLayer
  | TcpLayer
  | UdpLayer
  | VlanLayer
  | VxlanLayer;

/** `eth`, `ip`, `tcp`, …: Wireshark's protocol abbreviations. */
export type LayerType = Layer["type"];
