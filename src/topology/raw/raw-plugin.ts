/** `network.plugin` as written: a name, or a mapping with the name and its options. */
import * as z from "zod";

const pluginNames = ["bridge", "flannel", "weave", "calico", "exec"] as const;

type PluginName = (typeof pluginNames)[number];

interface RawBridge {
  readonly name: "bridge";
  readonly mode?: "routed" | "isolated" | undefined;
  readonly bridge?: string | undefined;
  readonly hairpin?: boolean | undefined;
  readonly masquerade?: boolean | undefined;
  readonly mtu?: number | undefined;
}

interface RawFlannel {
  readonly name: "flannel";
  readonly backend?: "vxlan" | "host-gw" | undefined;
  readonly vni?: number | undefined;
  readonly port?: number | undefined;
  readonly directRouting?: boolean | undefined;
  readonly masquerade?: boolean | undefined;
  readonly mtu?: number | undefined;
}

interface RawWeave {
  readonly name: "weave";
  readonly mode?: "fastdp" | "sleeve" | undefined;
  readonly mtu?: number | undefined;
}

export interface RawCalico {
  readonly name: "calico";
  readonly encapsulation?:
    | "None"
    | "IPIP"
    | "IPIPCrossSubnet"
    | "VXLAN"
    | "VXLANCrossSubnet"
    | undefined;
  readonly blockSize?: number | undefined;
  readonly blockSizeIPv6?: number | undefined;
  readonly natOutgoing?: boolean | undefined;
  readonly bgp?: "mesh" | "route-reflector" | "tor" | undefined;
  readonly gracefulRestart?: boolean | undefined;
  readonly routeReflectors?: readonly string[] | undefined;
  readonly asNumber?: number | undefined;
  readonly mtu?: number | undefined;
}

interface RawExec {
  readonly name: "exec";
  readonly binDir?: string | undefined;
  readonly check?: boolean | undefined;
  readonly config: Readonly<Record<string, unknown>>;
}

export type RawPlugin = PluginName | RawBridge | RawFlannel | RawWeave | RawCalico | RawExec;

const mtu = z
  .int()
  .min(576)
  .max(65_535)
  .optional()
  .describe("bytes, of the pods' devices; what the plugin itself would choose unless given");

const masquerade = z
  .boolean()
  .optional()
  .describe("what leaves the pod network carries the node's address; true unless given");

const bridge = z.strictObject({
  name: z.literal("bridge").describe("a Linux bridge on every node"),
  mode: z
    .enum(["routed", "isolated"])
    .optional()
    .describe("routed: every node has routes to all pods; isolated: none has. routed unless given"),
  bridge: z.string().min(1).max(15).optional().describe("the bridge's device; cni0 unless given"),
  hairpin: z
    .boolean()
    .optional()
    .describe("a pod reaches itself through its Service; true unless given"),
  masquerade,
  mtu,
});

const flannel = z.strictObject({
  name: z.literal("flannel").describe("a bridge per node, joined by VXLAN or by routes"),
  backend: z.enum(["vxlan", "host-gw"]).optional().describe("vxlan unless given"),
  vni: z
    .int()
    .min(1)
    .max(16_777_215)
    .optional()
    .describe("VXLAN network identifier; 1 unless given"),
  port: z.int().min(1).max(65_535).optional().describe("UDP port of VXLAN; 8472 unless given"),
  directRouting: z
    .boolean()
    .optional()
    .describe("no VXLAN between nodes of one subnet; false unless given"),
  masquerade,
  mtu,
});

const weave = z.strictObject({
  name: z.literal("weave").describe("one layer-2 network over all nodes"),
  mode: z
    .enum(["fastdp", "sleeve"])
    .optional()
    .describe("fastdp: VXLAN in the kernel; sleeve: UDP through user space. fastdp unless given"),
  mtu,
});

const calico = z.strictObject({
  name: z.literal("calico").describe("layer 3: a route per pod, BGP between nodes"),
  encapsulation: z
    .enum(["None", "IPIP", "IPIPCrossSubnet", "VXLAN", "VXLANCrossSubnet"])
    .optional()
    .describe("CrossSubnet: only between subnets. None unless given"),
  blockSize: z.int().min(20).max(32).optional().describe("prefix length; 26 unless given"),
  blockSizeIPv6: z
    .int()
    .min(116)
    .max(128)
    .optional()
    .describe("prefix length of IPv6 blocks; 122 unless given"),
  natOutgoing: z
    .boolean()
    .optional()
    .describe("what leaves the pod network carries the node's address; true unless given"),
  bgp: z
    .enum(["mesh", "route-reflector", "tor"])
    .optional()
    .describe("who speaks BGP with whom; mesh unless given"),
  gracefulRestart: z
    .boolean()
    .optional()
    .describe("peers keep the routes of a BIRD that dies for a while; true unless given"),
  routeReflectors: z.array(z.string()).optional().describe("names of nodes, for route-reflector"),
  asNumber: z.int().min(1).max(4_294_967_295).optional().describe("64512 unless given"),
  mtu,
});

const exec = z.strictObject({
  name: z.literal("exec").describe("real CNI plugins, run as a container runtime runs them"),
  binDir: z
    .string()
    .optional()
    .describe(
      "where the plugins are: folders, separated by colons; /opt/cni/bin:/usr/lib/cni:/usr/libexec/cni unless given",
    ),
  check: z
    .boolean()
    .optional()
    .describe("runs CHECK after ADD, which container runtimes do not; false unless given"),
  config: z.record(z.string(), z.unknown()).describe("the CNI network configuration"),
});

export const rawPlugin: z.ZodType<RawPlugin> = z.union([
  z.enum(pluginNames),
  z.discriminatedUnion("name", [bridge, flannel, weave, calico, exec]),
]);
