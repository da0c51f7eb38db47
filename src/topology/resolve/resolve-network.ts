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
import { familyOf } from "../../net/ip-address.ts";
import type { Plugin } from "../plugin.ts";
import type { Report } from "../problem.ts";
import type { RawCalico, RawPlugin } from "../raw/raw-plugin.ts";
import type { RawNetwork, RawNode } from "../raw/raw-topology.ts";
import { at, problemAt } from "../source.ts";
import { suggestion } from "../suggest.ts";
import type { PodNetwork, TopologyNode } from "../topology.ts";
import type { PlacedNode } from "./resolve-machines.ts";
import type { Written } from "./written.ts";

const defaultPodCIDR = "10.244.0.0/16";
const defaultNodeMask = 24;

export function resolveNetwork(
  { raw, spot }: Written<RawNetwork>,
  nodeNames: readonly string[],
  report: Report,
): PodNetwork {
  const plugin = resolvePlugin(raw.plugin ?? "bridge");
  if (raw.plugin === "exec") {
    const message = "plugin exec: missing field `config`";
    const hint = "write plugin: {name: exec, config: …}, with a CNI network configuration";
    report(problemAt(at(spot, "plugin"), "TOPOLOGY_MISSING_FIELD", message, { hint }));
  }
  if (plugin.type === "calico") {
    if (plugin.bgp === "route-reflector" && plugin.routeReflectors.length === 0) {
      const hint = "add routeReflectors: [NODE]";
      const message = "bgp route-reflector: no node is one";
      report(problemAt(at(spot, "plugin", "bgp"), "TOPOLOGY_MISSING_FIELD", message, { hint }));
    }
    for (const [index, name] of plugin.routeReflectors.entries()) {
      if (nodeNames.includes(name)) continue;
      const hint = suggestion(name, nodeNames, "nodes");
      const place = at(spot, "plugin", "routeReflectors", index);
      const message = `routeReflectors[${index}]: no node is named \`${name}\``;
      report(problemAt(place, "TOPOLOGY_UNKNOWN_REFERENCE", message, { hint }));
    }
  }
  return {
    podCIDR: cidr(raw.podCIDR ?? defaultPodCIDR),
    nodeCIDRMaskSize: raw.nodeCIDRMaskSize ?? defaultNodeMask,
    plugin,
    policyDeny: raw.policyDeny ?? "drop",
  };
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
        binDir: raw.binDir ?? "/opt/cni/bin:/usr/lib/cni",
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
    natOutgoing: raw.natOutgoing ?? true,
    bgp: raw.bgp ?? "mesh",
    gracefulRestart: raw.gracefulRestart ?? true,
    routeReflectors: raw.routeReflectors ?? [],
    asNumber: raw.asNumber ?? 64_512,
    mtu: raw.mtu,
  };
}

/** Gives every node its share, in the order of the nodes, as kube-controller-manager does. */
export function sharePodCIDR(
  nodes: ReadonlyArray<Written<RawNode> & { readonly node: PlacedNode }>,
  { podCIDR, nodeCIDRMaskSize: mask }: PodNetwork,
  { raw, spot }: Written<RawNetwork>,
  report: Report,
): ReadonlyArray<Omit<TopologyNode, "proxy">> {
  const family = familyOf(podCIDR.address);
  // Reported already, by the check of the blocks.
  if (family === "ipv6") return [];
  const bits = addressBits(family);
  const shares = mask < podCIDR.prefixLength ? 0 : 2 ** (mask - podCIDR.prefixLength);
  const wanted = nodes.filter((each) => each.raw.podCIDR === undefined).length;
  if (shares < wanted || mask > bits) {
    const key = raw.nodeCIDRMaskSize === undefined ? "podCIDR" : "nodeCIDRMaskSize";
    const room = shares === 1 ? "1 share" : `${shares} shares`;
    const message = `${key} ${raw[key]}: ${formatCidr(podCIDR)} has ${room} of /${mask} for ${nodes.length} nodes`;
    const hint = hintForMask(podCIDR, wanted);
    report(problemAt(at(spot, key), "TOPOLOGY_CIDR_TOO_SMALL", message, { hint }));
    return [];
  }
  const given = nodes.flatMap((each) => givenShare(each, podCIDR, report));
  const free = freeShares(podCIDR, mask, shares, given);
  return nodes.flatMap(({ raw: { podCIDR: own }, node }) => {
    const share = own === undefined ? free.next().value : cidr(own);
    return share === undefined ? [] : [{ ...node, podCIDR: share }];
  });
}

function hintForMask({ prefixLength }: Cidr, nodes: number): string {
  const needed = prefixLength + Math.ceil(Math.log2(Math.max(1, nodes)));
  return needed <= 28
    ? `write nodeCIDRMaskSize: ${Math.max(needed, prefixLength)}, or a larger podCIDR`
    : "write a larger podCIDR";
}

function givenShare(
  { raw, spot }: Written<RawNode>,
  podCIDR: Cidr,
  report: Report,
): readonly Cidr[] {
  if (raw.podCIDR === undefined) return [];
  const share = cidr(raw.podCIDR);
  if (!contains(podCIDR, share.address) || blockSize(share) > blockSize(podCIDR)) {
    const message = `node ${raw.name}: podCIDR ${raw.podCIDR} is not inside the cluster's ${formatCidr(podCIDR)}`;
    report(problemAt(at(spot, "podCIDR"), "TOPOLOGY_BAD_CIDR", message));
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
