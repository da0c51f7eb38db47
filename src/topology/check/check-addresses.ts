/** No two machines have one address, and none has an address that is not a machine's. */
import { addressAt, blockSize, type Cidr, contains, formatCidr } from "../../net/cidr.ts";
import { familyOf, type IpAddress } from "../../net/ip-address.ts";
import { textOf } from "../raw/by-family.ts";
import type { RawHost } from "../raw/raw-host.ts";
import type { RawNode } from "../raw/raw-node.ts";
import type { RawUnderlay } from "../raw/raw-underlay.ts";
import type { Written } from "../raw/written.ts";
import type { PlacedNode } from "../resolve/resolve-machines.ts";
import type { Report } from "../source/problem.ts";
import { at, locationOf, problemAt, type Spot } from "../source/source.ts";
import type { Host, Underlay } from "../topology.ts";

export interface Machines {
  readonly placedNodes: ReadonlyArray<Written<RawNode> & { readonly node: PlacedNode }>;
  readonly placedHosts: ReadonlyArray<Written<RawHost> & { readonly host: Host }>;
  readonly fabric: Underlay;
  readonly underlay: Written<RawUnderlay>;
}

interface Claim {
  /** `node master`. */
  readonly who: string;
  readonly address: IpAddress;
  readonly subnet: string;
  readonly spot: Spot;
  /** False for what the file leaves to podwire, such as the gateway. */
  readonly written: boolean;
}

export function checkAddresses(machines: Machines, report: Report): void {
  const claims = claimsOf(machines);
  const firstByAddress = new Map<string, Claim>();
  const blocks = new Map(machines.fabric.subnets.map(({ name, cidrs }) => [name, cidrs]));
  for (const claim of claims) {
    const first = firstByAddress.get(claim.address);
    if (first !== undefined) reportClash(claim, first, report);
    else firstByAddress.set(claim.address, claim);
    const block = blocks.get(claim.subnet)?.find((each) => isSameFamily(each, claim.address));
    if (block !== undefined && contains(block, claim.address)) checkHostPart(claim, block, report);
    else if (block !== undefined) reportOutside(claim, block, report);
  }
}

function isSameFamily({ address }: Cidr, other: IpAddress): boolean {
  return familyOf(address) === familyOf(other);
}

/** Routers first, so that a clash points at the machine. */
function claimsOf(machines: Machines): readonly Claim[] {
  const { placedNodes, placedHosts, fabric, underlay } = machines;
  const declared = underlay.raw.routers !== undefined;
  const routers = fabric.routers.flatMap(({ name, interfaces }, index) =>
    interfaces.flatMap(({ subnet, addresses }) =>
      addresses.map((address) => ({
        who: declared ? `router ${name}` : "the gateway",
        address,
        subnet,
        spot: declared
          ? at(underlay.spot, "routers", index, "addresses", subnet)
          : at(underlay.spot, "gateway"),
        written: declared || underlay.raw.gateway !== undefined,
      })),
    ),
  );
  const nodes = placedNodes.flatMap(({ node, ...written }) =>
    machineClaims(`node ${node.name}`, node, written),
  );
  const hosts = placedHosts.flatMap(({ host, ...written }) =>
    machineClaims(`host ${host.name}`, host, written),
  );
  return [...routers, ...nodes, ...hosts];
}

function machineClaims(
  who: string,
  { addresses, subnet }: Pick<PlacedNode, "addresses" | "subnet">,
  entry: Written<RawNode | RawHost>,
): readonly Claim[] {
  return addresses.map((address) => {
    const own = textOf(entry, "address", familyOf(address));
    const spot = own?.spot ?? at(entry.spot, "address");
    return { who, address, subnet, spot, written: own !== undefined };
  });
}

function reportClash(claim: Claim, first: Claim, report: Report): void {
  const where = first.written ? ` (line ${locationOf(first.spot).line})` : "";
  const message = `${claim.who}: ${claim.address} is the address of ${first.who}${where}`;
  const hint = first.written
    ? "give each its own address"
    : "choose another address, or write underlay: {gateway: …}";
  report(problemAt(claim.spot, "TOPOLOGY_ADDRESS_CLASH", message, { hint }));
}

/** Only a gateway: nodes and hosts are in the subnet that contains them. */
function reportOutside({ who, address, spot }: Claim, block: Cidr, report: Report): void {
  const message = `${who}: ${address} is not in its subnet, ${formatCidr(block)}`;
  report(problemAt(spot, "TOPOLOGY_BAD_ADDRESS", message, { hint: "choose an address in it" }));
}

function checkHostPart({ who, address, spot, written }: Claim, block: Cidr, report: Report): void {
  // A /31 has neither (RFC 3021).
  if (!written || blockSize(block) <= 2n) return;
  const isIpv4 = familyOf(address) === "ipv4";
  const kind =
    address === addressAt(block, 0)
      ? isIpv4
        ? "network"
        : "subnet-router anycast"
      : isIpv4 && address === addressAt(block, blockSize(block) - 1n)
        ? "broadcast"
        : undefined;
  if (kind === undefined) return;
  const message = `${who}: ${address} is the ${kind} address of ${formatCidr(block)}`;
  report(problemAt(spot, "TOPOLOGY_ADDRESS_CLASH", message, { hint: "choose another address" }));
}
