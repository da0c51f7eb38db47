/** The pod network's plugin as resolved: which, and its options with their defaults. */

/** A Linux bridge per node, as Docker's or the reference `bridge` plugin's. */
interface BridgePlugin {
  readonly type: "bridge";
  /**
   * `routed`: each node has a route to every other node's pods (host-gw).
   * `isolated`: none has, as with Docker alone; other nodes' pods are out of reach.
   */
  readonly mode: "routed" | "isolated";
  /** The bridge's device name. */
  readonly bridge: string;
  /** A pod reaches itself through its own Service. */
  readonly hairpin: boolean;
  /** What leaves for outside the pod CIDR carries the node's address. */
  readonly masquerade: boolean;
  /** Bytes; undefined: that of the underlay. */
  readonly mtu: number | undefined;
}

interface FlannelPlugin {
  readonly type: "flannel";
  readonly backend: "vxlan" | "host-gw";
  /** VXLAN network identifier. */
  readonly vni: number;
  /** UDP; 8472 is the kernel's own default, from before IANA's 4789. */
  readonly port: number;
  /** Nodes in one subnet send without encapsulation. */
  readonly directRouting: boolean;
  readonly masquerade: boolean;
  readonly mtu: number | undefined;
}

interface WeavePlugin {
  readonly type: "weave";
  readonly mode: "fastdp" | "sleeve";
  readonly mtu: number | undefined;
}

interface CalicoPlugin {
  readonly type: "calico";
  /** As in the operator's Installation resource; `CrossSubnet` encapsulates only between subnets. */
  readonly encapsulation: "None" | "IPIP" | "IPIPCrossSubnet" | "VXLAN" | "VXLANCrossSubnet";
  /** Prefix length of the blocks that nodes take addresses from. */
  readonly blockSize: number;
  readonly blockSizeIPv6: number;
  readonly natOutgoing: boolean;
  /**
   * Who speaks BGP with whom. `mesh`: every node with every other; `route-reflector`:
   * every node with the `routeReflectors`; `tor`: every node with the router of its subnet.
   */
  readonly bgp: "mesh" | "route-reflector" | "tor";
  /** Peers keep the routes of a BIRD that dies for a while, as in Calico; without, they withdraw them at once. */
  readonly gracefulRestart: boolean;
  /** Names of nodes. */
  readonly routeReflectors: readonly string[];
  readonly asNumber: number;
  readonly mtu: number | undefined;
}

/** Real CNI plugins, run as kubelet's container runtime would. */
interface ExecPlugin {
  readonly type: "exec";
  /** CNI_PATH. */
  readonly binDir: string;
  /** Runs CHECK after ADD, which container runtimes do not: some plugins fail at it. */
  readonly check: boolean;
  /** The CNI network configuration list, or a single plugin's configuration, as it is handed over. */
  readonly config: Readonly<Record<string, unknown>>;
}

export type Plugin = BridgePlugin | FlannelPlugin | WeavePlugin | CalicoPlugin | ExecPlugin;

/** One plugin's options. */
export type PluginOf<Type extends Plugin["type"]> = Extract<Plugin, { readonly type: Type }>;
