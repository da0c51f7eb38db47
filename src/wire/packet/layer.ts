/** Every kind of layer that a decoded packet can have. Narrow with `layer.type`. */
import type { ArpLayer } from "./arp.ts";
import type { BgpLayer } from "./bgp/layer.ts";
import type { DataLayer, MalformedLayer, ShortLayer } from "./data.ts";
import type { DnsLayer } from "./dns/layer.ts";
import type { EthernetLayer } from "./ethernet.ts";
import type { GreLayer } from "./gre.ts";
import type { IcmpLayer } from "./icmp.ts";
import type { Icmpv6Layer } from "./icmpv6.ts";
import type { Ipv4Layer } from "./ipv4.ts";
import type { Ipv6Layer } from "./ipv6.ts";
import type { Ipv6ExtensionLayer, Ipv6FragmentLayer } from "./ipv6-extension.ts";
import type { LinuxCookedLayer } from "./linux-cooked.ts";
import type { LlcLayer } from "./llc.ts";
import type { LoopbackLayer } from "./loopback.ts";
import type { RawLayer } from "./raw.ts";
import type { SctpLayer } from "./sctp.ts";
import type { TcpLayer } from "./tcp.ts";
import type { UdpLayer } from "./udp.ts";
import type { VlanLayer } from "./vlan.ts";
import type { VxlanLayer } from "./vxlan.ts";

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
