/** Blocks must not overlap, and must have room for what comes out of them. */
import {
  addressAt,
  blockSize,
  type Cidr,
  contains,
  formatCidr,
  overlaps,
  parseCidr,
} from "../../net/cidr.ts";
import { familyOf } from "../../net/ip-address.ts";
import { textOf, textsOf } from "../raw/by-family.ts";
import type { RawHost } from "../raw/raw-host.ts";
import type { RawDns, RawNetwork, RawServices } from "../raw/raw-network.ts";
import type { RawLink, RawSubnet, RawUnderlay } from "../raw/raw-underlay.ts";
import type { Written } from "../raw/written.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type Spot } from "../source/source.ts";
import type { ClusterDns, PodNetwork, ServiceNetwork, Subnet, Underlay } from "../topology.ts";

export interface Blocks {
  readonly hosts: ReadonlyArray<Written<RawHost>>;
  readonly underlay: Written<RawUnderlay>;
  readonly network: Written<RawNetwork>;
  readonly services: Written<RawServices>;
  readonly dns: Written<RawDns>;
  readonly fabric: Underlay;
  readonly podNetwork: PodNetwork;
  readonly serviceNetwork: ServiceNetwork;
  readonly clusterDns: ClusterDns;
}

interface Block {
  readonly name: string;
  readonly cidr: Cidr;
  readonly spot: Spot;
  readonly written: boolean;
}

export function checkCidrs(parts: Blocks, report: Report): void {
  const { pods, services, loadBalancer, subnets } = blocksOf(parts);
  // Load-balancer addresses may well be the underlay's: that is how MetalLB hands them out.
  const pairs = [
    ...pairsOf([...subnets, ...pods, ...services]),
    ...[...pods, ...services].map((block): [Block, Block] => [block, loadBalancer]),
  ];
  for (const [a, b] of pairs) if (overlaps(a.cidr, b.cidr)) reportOverlap(a, b, report);
  checkDns(parts, report);
}

interface NamedBlocks {
  readonly pods: readonly Block[];
  readonly services: readonly Block[];
  readonly loadBalancer: Block;
  readonly subnets: readonly Block[];
}

function blocksOf({ underlay, hosts, network, services, ...resolved }: Blocks): NamedBlocks {
  const { fabric, podNetwork, serviceNetwork } = resolved;
  return {
    pods: podNetwork.podCIDRs.map((cidr) => {
      const own = textOf(network, "podCIDR", familyOf(cidr.address));
      const spot = own?.spot ?? at(network.spot, "podCIDR");
      return { name: "pod CIDR", cidr, spot, written: own !== undefined };
    }),
    services: serviceNetwork.cidrs.map((cidr) => {
      const own = textOf(services, "cidr", familyOf(cidr.address));
      const spot = own?.spot ?? at(services.spot, "cidr");
      return { name: "service CIDR", cidr, spot, written: own !== undefined };
    }),
    loadBalancer: {
      name: "load-balancer CIDR",
      cidr: serviceNetwork.loadBalancerCIDR,
      spot: at(services.spot, "loadBalancerCIDR"),
      written: services.raw.loadBalancerCIDR !== undefined,
    },
    subnets: fabric.subnets.flatMap((subnet, index) =>
      subnet.cidrs.map((cidr) => ({
        name: subnet.name === "underlay" ? "underlay" : `subnet ${subnet.name}`,
        cidr,
        spot: spotOfSubnet({ underlay, hosts }, { ...subnet, cidr }, index),
        written:
          subnet.name !== "underlay" ||
          textOf(underlay, "cidr", familyOf(cidr.address)) !== undefined,
      })),
    ),
  };
}

/** Declared subnets come first, then links; a network outside is written in the address of a host. */
function spotOfSubnet(
  { underlay, hosts }: Pick<Blocks, "underlay" | "hosts">,
  { name, cidr }: Pick<Subnet, "name" | "cidr">,
  index: number,
): Spot {
  const { raw, spot } = underlay;
  const family = familyOf(cidr.address);
  const within = (entry: Written<RawUnderlay | RawSubnet | RawLink>): Spot =>
    textOf(entry, "cidr", family)?.spot ?? at(entry.spot, "cidr");
  if (name === "underlay") return within(underlay);
  const subnet = raw.subnets?.[index];
  if (subnet !== undefined) return within({ raw: subnet, spot: at(spot, "subnets", index) });
  const number = index - (raw.subnets?.length ?? 1);
  const link = raw.links?.[number];
  if (link !== undefined) return within({ raw: link, spot: at(spot, "links", number) });
  const texts = hosts.flatMap((host) => textsOf(host, "address"));
  const own = texts.find(({ text }) => {
    const parsed = parseCidr(text);
    return parsed !== undefined && contains(cidr, parsed.address);
  });
  return own?.spot ?? spot;
}

function pairsOf(blocks: readonly Block[]): ReadonlyArray<[Block, Block]> {
  return blocks.flatMap((a, index) => blocks.slice(index + 1).map((b): [Block, Block] => [a, b]));
}

function reportOverlap(a: Block, b: Block, report: Report): void {
  // Point at what the user wrote; at the later one when both are written.
  const [at_, other] = b.written || !a.written ? [b, a] : [a, b];
  const byDefault = other.written ? "" : " (its default)";
  const message = `${at_.name} ${formatCidr(at_.cidr)} overlaps ${other.name} ${formatCidr(other.cidr)}${byDefault}`;
  const hint = "choose blocks that share no address";
  report(problemAt(at_.spot, "TOPOLOGY_CIDR_OVERLAP", message, { hint }));
}

function checkDns({ services, dns, serviceNetwork, clusterDns }: Blocks, report: Report): void {
  if (!clusterDns.enabled) return;
  const { cidr: block } = serviceNetwork;
  const text = formatCidr(block);
  const { address } = clusterDns;
  if (blockSize(block) < 8n) {
    const message = `service CIDR ${text}: has no room for the cluster's own Services`;
    const hint = "write a prefix length of 29 or less";
    report(problemAt(at(services.spot, "cidr"), "TOPOLOGY_CIDR_TOO_SMALL", message, { hint }));
    return;
  }
  const spot = at(dns.spot, "address");
  const hint = `write an address such as ${addressAt(block, blockSize(block) > 10n ? 10 : 2)}`;
  if (!contains(block, address)) {
    const message = `dns address ${address} is not in the service CIDR ${text}`;
    report(problemAt(spot, "TOPOLOGY_BAD_ADDRESS", message, { hint }));
  } else if (address === addressAt(block, 0) || address === addressAt(block, 1)) {
    const owner = address === addressAt(block, 0) ? "nobody" : "the Service `kubernetes`";
    const message = `dns address ${address}: this address of the service CIDR is for ${owner}`;
    report(problemAt(spot, "TOPOLOGY_ADDRESS_CLASH", message, { hint }));
  }
}
