/**
 * What weave installs on a node. With its fast datapath:
 *
 *     pods ─ weave ═ vethwe-bridge ── vethwe-datapath ═ datapath ═ vxlan to peer 1
 *           (bridge)                                   (switch)  ═ vxlan to peer 2
 *
 * The real `datapath` is an Open vSwitch with a rule for each pair of MAC addresses and one VXLAN
 * port; see the README for why a bridge with a device per peer puts the same packets on the wire.
 */
import type { LinkPlan, NetnsPlan } from "../../kernel/plan/plan.ts";
import { deriveMacAddress, type MacAddress, macAddressFromBytes } from "../../net/mac-address.ts";
import { type WeaveNetwork, type WeavePeer, weaveMtu } from "./weave-network.ts";

/** UDP: one above the port of the routers' own. */
const FASTDP_PORT = 6_784;

/** An FDB entry's for everything that has no entry of its own. */
const everything = macAddressFromBytes(new Uint8Array(6));

const nodeSysctls: Readonly<Record<string, string>> = {
  // Weave sets 1. An Open vSwitch passes no iptables, and our stand-in for it would: so only the bridge `weave` does.
  "net/bridge/bridge-nf-call-iptables": "0",
};

/** @param members names of the peers that there are now: a tunnel keeps its name while others come and go. */
export function planNode(
  peer: WeavePeer,
  network: WeaveNetwork,
  members: readonly string[],
): NetnsPlan {
  const others = network.peers.filter(({ name }) => name !== peer.name);
  if (network.mode === "sleeve") return planSleeve(peer, network);
  const tunnels = others
    .map((other, index) => ({ other, device: `vxlan-6784-${index + 1}` }))
    .filter(({ other }) => members.includes(other.name));
  return {
    netns: peer.name,
    sysctls: nodeSysctls,
    links: [
      weaveBridge(peer, network),
      ...datapath(peer, network),
      ...tunnels.map(({ other, device }) => tunnel(peer, other, device, weaveMtu(network))),
    ],
    addresses: [bridgeAddress(peer, network)],
    fdb: tunnels.map(({ other, device }) => ({
      device,
      mac: everything,
      destination: other.address,
      vni: tunnelId({ from: peer, to: other }),
    })),
    deviceSysctls: neighbourSysctls("weave"),
  };
}

/** A pod that moves to another address is found again within seconds, not minutes. */
export function neighbourSysctls(device: string): Readonly<Record<string, string>> {
  const folder = `net/ipv4/neigh/${device}`;
  return {
    [`${folder}/base_reachable_time`]: "5",
    [`${folder}/delay_first_probe_time`]: "2",
    [`${folder}/ucast_solicit`]: "1",
  };
}

/** The end of the wire at which the router in user space sits. */
export const sleeveDevice = "vethwe-pcap";

/** No datapath: what leaves the bridge by `vethwe-bridge` is the router's to carry. */
function planSleeve(peer: WeavePeer, network: WeaveNetwork): NetnsPlan {
  return {
    netns: peer.name,
    sysctls: nodeSysctls,
    links: [weaveBridge(peer, network), bridgeWire(peer, network, sleeveDevice)],
    addresses: [bridgeAddress(peer, network)],
    deviceSysctls: neighbourSysctls("weave"),
  };
}

function bridgeAddress({ bridgeAddress: address }: WeavePeer, { podCIDR }: WeaveNetwork) {
  return { device: "weave", address: { address, prefixLength: podCIDR.prefixLength } };
}

/** In weave's own reports a peer is called by this bridge's MAC address. */
export function peerName({ name }: Pick<WeavePeer, "name">): MacAddress {
  return deriveMacAddress(name, "weave");
}

function weaveBridge(peer: WeavePeer, network: WeaveNetwork): LinkPlan {
  const mtu = weaveMtu(network);
  return { type: "bridge", name: "weave", mac: peerName(peer), mtu, nfCallIptables: true };
}

function datapath(peer: WeavePeer, network: WeaveNetwork): readonly LinkPlan[] {
  const mac = deriveMacAddress(peer.name, "datapath");
  return [
    { type: "bridge", name: "datapath", mac, mtu: weaveMtu(network) },
    bridgeWire(peer, network, "vethwe-datapath", "datapath"),
  ];
}

/** From the bridge `weave` to whatever carries frames to the other nodes. */
function bridgeWire(
  { name }: WeavePeer,
  network: WeaveNetwork,
  farEnd: string,
  master?: string,
): LinkPlan {
  const mtu = weaveMtu(network);
  return {
    type: "veth",
    name: "vethwe-bridge",
    mac: deriveMacAddress(name, "vethwe-bridge"),
    mtu,
    master: "weave",
    offload: "off",
    peer: {
      netns: name,
      name: farEnd,
      mac: deriveMacAddress(name, farEnd),
      mtu,
      ...(master !== undefined && { master }),
      offload: "off",
    },
  };
}

function tunnel(peer: WeavePeer, other: WeavePeer, device: string, mtu: number): LinkPlan {
  return {
    type: "vxlan",
    name: device,
    mac: deriveMacAddress(peer.name, device),
    mtu,
    master: "datapath",
    // Split horizon: what came from one peer goes to no other, for that one has sent to all itself.
    isolated: true,
    // A device takes what its VNI says, so this is what the other sends.
    vni: tunnelId({ from: other, to: peer }),
    port: FASTDP_PORT,
    local: peer.address,
    learning: false,
    ttl: 64,
    dontFragment: true,
    udpChecksum: false,
    offload: "off",
  };
}

/** Both peers in one number, so it differs by direction; after weave's router/fastdp.go. */
function tunnelId({ from, to }: { readonly from: WeavePeer; readonly to: WeavePeer }): number {
  return (to.shortId << 12) | from.shortId;
}
