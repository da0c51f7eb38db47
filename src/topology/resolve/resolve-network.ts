/** The pod network: the plugin with its defaults, and each node's share of the pod CIDR. */
import {
  addressBits,
  blockSize,
  type Cidr,
  cidr,
  contains,
  formatCidr,
  overlaps,
  subnetAt,
} from "../../net/cidr.ts";
import { familyOf, type IpFamily } from "../../net/ip-address.ts";
import type { Plugin, PluginOf } from "../plugin.ts";
import { checkFamilies, textOf } from "../raw/by-family.ts";
import type { RawNetwork } from "../raw/raw-network.ts";
import type { RawNode } from "../raw/raw-node.ts";
import type { RawCalico, RawPlugin } from "../raw/raw-plugin.ts";
import type { Written } from "../raw/written.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type Spot } from "../source/source.ts";
import { suggestion } from "../source/suggest.ts";
import type { PodNetwork, TopologyNode } from "../topology.ts";
import type { PlacedNode } from "./resolve-machines.ts";

export const defaultPodCIDRs = { ipv4: "10.244.0.0/16", ipv6: "fd00:10:244::/56" } as const;
const defaultNodeMask = 24;
const defaultNodeMaskIPv6 = 64;

export function resolveNetwork(
  written: Written<RawNetwork>,
  {
    nodeNames,
    families,
  }: { readonly nodeNames: readonly string[]; readonly families: readonly IpFamily[] },
  report: Report,
): PodNetwork {
  const { raw, spot } = written;
  const plugin = resolvePlugin(raw.plugin ?? "bridge");
  if (raw.plugin === "exec") {
    const message = "plugin exec: missing field `config`";
    const hint = "write plugin: {name: exec, config: …}, with a CNI network configuration";
    report(problemAt(at(spot, "plugin"), "TOPOLOGY_MISSING_FIELD", message, { hint }));
  }
  if (plugin.type === "calico") checkReflectors(plugin, { nodeNames, spot }, report);
  if (plugin.type === "weave" && families.includes("ipv6")) {
    const hint = "choose bridge, flannel or calico, or leave the cluster IPv4";
    const message = "plugin weave: Weave Net has no IPv6";
    report(problemAt(at(spot, "plugin"), "TOPOLOGY_NOT_AVAILABLE", message, { hint }));
  }
  checkFamilies(written, "podCIDR", { who: "podCIDR ", families }, report);
  const podCIDRs = families.map((family) =>
    cidr(textOf(written, "podCIDR", family)?.text ?? defaultPodCIDRs[family]),
  );
  return {
    ipFamilies: families,
    podCIDR: podCIDRs[0] ?? cidr(defaultPodCIDRs.ipv4),
    podCIDRs,
    nodeCIDRMaskSize: raw.nodeCIDRMaskSize ?? defaultNodeMask,
    plugin,
    policyDeny: raw.policyDeny ?? "drop",
  };
}

/** Who reflects routes is a node, and there is one where it is asked for. */
function checkReflectors(
  { bgp, routeReflectors }: PluginOf<"calico">,
  { nodeNames, spot }: { readonly nodeNames: readonly string[]; readonly spot: Spot },
  report: Report,
): void {
  if (bgp === "route-reflector" && routeReflectors.length === 0) {
    const hint = "add routeReflectors: [NODE]";
    const message = "bgp route-reflector: no node is one";
    report(problemAt(at(spot, "plugin", "bgp"), "TOPOLOGY_MISSING_FIELD", message, { hint }));
  }
  for (const [index, name] of routeReflectors.entries()) {
    if (nodeNames.includes(name)) continue;
    const hint = suggestion(name, nodeNames, "nodes");
    const place = at(spot, "plugin", "routeReflectors", index);
    const message = `routeReflectors[${index}]: no node is named \`${name}\``;
    report(problemAt(place, "TOPOLOGY_UNKNOWN_REFERENCE", message, { hint }));
  }
}

function resolvePlugin(written: RawPlugin): Plugin {
  const raw = typeof written === "string" ? named(written) : written;
  const mtu = raw.name === "exec" ? undefined : raw.mtu;
  switch (raw.name) {
    case "bridge":
      return {
        type: "bridge",
        mode: raw.mode ?? "routed",
        bridge: raw.bridge ?? "cni0",
        hairpin: raw.hairpin ?? true,
        masquerade: raw.masquerade ?? true,
        mtu,
      };
    case "flannel":
      return {
        type: "flannel",
        backend: raw.backend ?? "vxlan",
        vni: raw.vni ?? 1,
        port: raw.port ?? 8472,
        directRouting: raw.directRouting ?? false,
        masquerade: raw.masquerade ?? true,
        mtu,
      };
    case "weave":
      return { type: "weave", mode: raw.mode ?? "fastdp", mtu };
    case "calico":
      return resolveCalico(raw);
    case "exec":
      return {
        type: "exec",
        binDir: raw.binDir ?? "/opt/cni/bin:/usr/lib/cni:/usr/libexec/cni",
        check: raw.check ?? false,
        config: raw.config,
      };
  }
}

function named(name: Exclude<RawPlugin, object>): Exclude<RawPlugin, string> {
  return name === "exec" ? { name, config: {} } : { name };
}

function resolveCalico(raw: RawCalico): Plugin {
  return {
    type: "calico",
    encapsulation: raw.encapsulation ?? "None",
    blockSize: raw.blockSize ?? 26,
    blockSizeIPv6: raw.blockSizeIPv6 ?? 122,
    natOutgoing: raw.natOutgoing ?? true,
    bgp: raw.bgp ?? "mesh",
    gracefulRestart: raw.gracefulRestart ?? true,
    routeReflectors: raw.routeReflectors ?? [],
    asNumber: raw.asNumber ?? 64_512,
    mtu: raw.mtu,
  };
}

/** Gives every node its share of each pod CIDR, in the order of the nodes, as kube-controller-manager does. */
export function sharePodCIDR(
  nodes: ReadonlyArray<Written<RawNode> & { readonly node: PlacedNode }>,
  { podCIDRs, ipFamilies }: PodNetwork,
  network: Written<RawNetwork>,
  report: Report,
): ReadonlyArray<Omit<TopologyNode, "proxy">> {
  for (const each of nodes) {
    const who = `node ${each.raw.name}: podCIDR `;
    checkFamilies(each, "podCIDR", { who, families: ipFamilies }, report);
  }
  const shares = podCIDRs.map((podCIDR) => sharesOf(nodes, podCIDR, network, report));
  return nodes.flatMap(({ node }, index) => {
    const own = shares.flatMap((each) => each[index] ?? []);
    const [podCIDR] = own;
    return podCIDR === undefined || own.length < podCIDRs.length
      ? []
      : [{ ...node, podCIDR, podCIDRs: own }];
  });
}

/** Of one family, by the nodes' order; none when there are not enough. */
function sharesOf(
  nodes: ReadonlyArray<Written<RawNode>>,
  podCIDR: Cidr,
  network: Written<RawNetwork>,
  report: Report,
): readonly Cidr[] {
  const family = familyOf(podCIDR.address);
  const maskKey = family === "ipv4" ? "nodeCIDRMaskSize" : "nodeCIDRMaskSizeIPv6";
  const mask = network.raw[maskKey] ?? (family === "ipv4" ? defaultNodeMask : defaultNodeMaskIPv6);
  const shares = mask < podCIDR.prefixLength ? 0 : 2 ** (mask - podCIDR.prefixLength);
  const wanted = nodes.filter((each) => textOf(each, "podCIDR", family) === undefined).length;
  if (shares < wanted || mask > addressBits(family)) {
    reportFewShares({ podCIDR, mask, shares, wanted, nodes: nodes.length }, network, report);
    return [];
  }
  const given = nodes.flatMap((each) => givenShare(each, podCIDR, report));
  const free = freeShares(podCIDR, mask, shares, given);
  return nodes.flatMap((each) => {
    const own = textOf(each, "podCIDR", family);
    return (own === undefined ? free.next().value : cidr(own.text)) ?? [];
  });
}

interface FewShares {
  readonly podCIDR: Cidr;
  readonly mask: number;
  readonly shares: number;
  /** How many nodes want one. */
  readonly wanted: number;
  readonly nodes: number;
}

function reportFewShares(
  { podCIDR, mask, shares, wanted, nodes }: FewShares,
  network: Written<RawNetwork>,
  report: Report,
): void {
  const { raw, spot } = network;
  const family = familyOf(podCIDR.address);
  const maskKey = family === "ipv4" ? "nodeCIDRMaskSize" : "nodeCIDRMaskSizeIPv6";
  const block = textOf(network, "podCIDR", family);
  const [what, place] =
    raw[maskKey] === undefined
      ? [`podCIDR ${block?.text}`, block?.spot ?? at(spot, "podCIDR")]
      : [`${maskKey} ${raw[maskKey]}`, at(spot, maskKey)];
  const room = shares === 1 ? "1 share" : `${shares} shares`;
  const message = `${what}: ${formatCidr(podCIDR)} has ${room} of /${mask} for ${nodes} nodes`;
  const hint = hintForMask(podCIDR, wanted, maskKey);
  report(problemAt(place, "TOPOLOGY_CIDR_TOO_SMALL", message, { hint }));
}

function hintForMask(
  { address, prefixLength }: Cidr,
  nodes: number,
  key: "nodeCIDRMaskSize" | "nodeCIDRMaskSizeIPv6",
): string {
  const needed = prefixLength + Math.ceil(Math.log2(Math.max(1, nodes)));
  return needed <= addressBits(familyOf(address)) - 4
    ? `write ${key}: ${Math.max(needed, prefixLength)}, or a larger podCIDR`
    : "write a larger podCIDR";
}

function givenShare(node: Written<RawNode>, podCIDR: Cidr, report: Report): readonly Cidr[] {
  const own = textOf(node, "podCIDR", familyOf(podCIDR.address));
  if (own === undefined) return [];
  const share = cidr(own.text);
  if (!contains(podCIDR, share.address) || blockSize(share) > blockSize(podCIDR)) {
    const message = `node ${node.raw.name}: podCIDR ${own.text} is not inside the cluster's ${formatCidr(podCIDR)}`;
    report(problemAt(own.spot, "TOPOLOGY_BAD_CIDR", message));
  }
  return [share];
}

function* freeShares(
  podCIDR: Cidr,
  mask: number,
  shares: number,
  given: readonly Cidr[],
): Generator<Cidr, undefined> {
  for (let index = 0; index < shares; index++) {
    const share = subnetAt(podCIDR, mask, index);
    if (!given.some((other) => overlaps(other, share))) yield share;
  }
  return undefined;
}
