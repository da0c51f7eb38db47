/** Subnets and routers, declared or implied, and which subnet an address is in. */
import {
  addressAt,
  blockSize,
  type Cidr,
  cidr,
  contains,
  formatCidr,
  network,
} from "../../net/cidr.ts";
import type { IpFamily } from "../../net/ip-address.ts";
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import { checkFamilies, textFamily, textOf } from "../raw/by-family.ts";
import type { RawHost } from "../raw/raw-host.ts";
import type { RawLink, RawRouter, RawSubnet, RawUnderlay } from "../raw/raw-underlay.ts";
import type { Written } from "../raw/written.ts";
import type { Report } from "../source/problem.ts";
import { at, locationOf, problemAt } from "../source/source.ts";
import { suggestion } from "../source/suggest.ts";
import type { Router, RouterInterface, Subnet, Underlay } from "../topology.ts";
import { deriveAddress, deriveBlock } from "./derive-ipv6.ts";

const defaultCidr = "192.168.0.0/24";
const defaultMtu = 1500;

/** The subnets that the file declares: several, or the one that is simply called `underlay`. */
export function resolveUnderlay(
  written: Written<RawUnderlay>,
  hosts: ReadonlyArray<Written<RawHost>>,
  families: readonly IpFamily[],
  report: Report,
): Underlay {
  const { raw, spot } = written;
  if (raw.subnets !== undefined) refuseBoth(written, report);
  const declared = declaredSubnets(written, families, report);
  const mtu = raw.mtu ?? defaultMtu;
  if (raw.routers === undefined) {
    // Without routers every link is one between routers that do not exist.
    resolveLinks(written, families, report);
    const outside = outsideSubnets(hosts, declared, families);
    const subnets = [...declared, ...outside];
    const interfaces = subnets.flatMap(({ name, gateway, gateways }) =>
      gateway === undefined ? [] : [{ subnet: name, address: gateway, addresses: gateways }],
    );
    const router = { name: "router", location: locationOf(spot), asNumber: undefined, interfaces };
    return { mtu, subnets, routers: [router] };
  }
  const linked = resolveLinks(written, families, report);
  const routers = raw.routers.map((router, index) =>
    resolveRouter({ raw: router, spot: at(spot, "routers", index) }, declared, linked, report),
  );
  const subnets = declared.map((subnet, index) =>
    withGateway(subnet, declaredGateway(raw, index) ?? soleAddress(subnet.name, routers)),
  );
  return { mtu, subnets: [...subnets, ...linked.map(({ subnet }) => subnet)], routers };
}

/** The subnet that an address is in. */
export function subnetOf({ subnets }: Underlay, address: IpAddress): Subnet | undefined {
  return subnets.find(({ cidrs }) => cidrs.some((block) => contains(block, address)));
}

/** What a machine or a router has in a subnet, of each family: what is written, or what follows from the IPv4 address. */
export function addressesIn(
  { cidr: own, cidrs }: Pick<Subnet, "cidr" | "cidrs">,
  address: IpAddress,
  written: IpAddress | undefined,
): readonly IpAddress[] {
  const [, second] = cidrs;
  return second === undefined
    ? [address]
    : [address, written ?? deriveAddress(address, own, second)];
}

type Ungated = Omit<Subnet, "gateway" | "gateways">;

function withGateway(subnet: Ungated, gateway: IpAddress | undefined): Subnet {
  const gateways = gateway === undefined ? [] : addressesIn(subnet, gateway, undefined);
  return { ...subnet, gateway, gateways };
}

/** Of a subnet or a link: what is written, and of IPv6 what follows from it. */
function blocksOf(
  written: Written<RawSubnet | RawLink | RawUnderlay>,
  { who, families }: { readonly who: string; readonly families: readonly IpFamily[] },
  report: Report,
): readonly [Cidr, ...Cidr[]] {
  checkFamilies(written, "cidr", { who, families }, report);
  const block = cidr(textOf(written, "cidr", "ipv4")?.text ?? defaultCidr);
  if (!families.includes("ipv6")) return [block];
  const second = textOf(written, "cidr", "ipv6");
  return [block, second === undefined ? deriveBlock(block) : cidr(second.text)];
}

/** Of a list's entry, which has no default. */
function requireBlock(written: Written<RawSubnet | RawLink>, who: string, report: Report): void {
  if (textOf(written, "cidr", "ipv4") !== undefined) return;
  const hint = "add `cidr`: a block such as 10.1.0.0/24";
  const message = `${who}missing field \`cidr\``;
  report(problemAt(at(written.spot, "cidr"), "TOPOLOGY_MISSING_FIELD", message, { hint }));
}

function refuseBoth({ raw, spot }: Written<RawUnderlay>, report: Report): void {
  for (const key of ["cidr", "cidrs", "gateway"] as const) {
    if (raw[key] === undefined) continue;
    const hint = `move \`${key}\` into the subnet it belongs to`;
    const message = `underlay has both \`subnets\` and \`${key}\``;
    report(problemAt(at(spot, key), "TOPOLOGY_BAD_VALUE", message, { target: "key", hint }));
  }
}

function declaredSubnets(
  written: Written<RawUnderlay>,
  families: readonly IpFamily[],
  report: Report,
): readonly Subnet[] {
  const { raw, spot } = written;
  const implied = raw.routers === undefined;
  if (raw.subnets === undefined) {
    const cidrs = blocksOf(written, { who: "underlay ", families }, report);
    const [block] = cidrs;
    const gateway = raw.gateway === undefined ? addressAt(block, 1) : ipAddress(raw.gateway);
    const location = locationOf(at(spot, "cidr"));
    return [withGateway({ name: "underlay", location, cidr: block, cidrs }, gateway)];
  }
  return raw.subnets.map((subnet, index) => {
    const place = at(spot, "subnets", index);
    requireBlock({ raw: subnet, spot: place }, `subnets[${index}]: `, report);
    const who = `subnet ${subnet.name}: `;
    const cidrs = blocksOf({ raw: subnet, spot: place }, { who, families }, report);
    const [block] = cidrs;
    const first = implied && blockSize(block) > 2n ? addressAt(block, 1) : undefined;
    return withGateway(
      { name: subnet.name, location: locationOf(place), cidr: block, cidrs },
      subnet.gateway === undefined ? first : ipAddress(subnet.gateway),
    );
  });
}

/** One network behind the router for every network that a host's prefix length speaks of. */
function outsideSubnets(
  hosts: ReadonlyArray<Written<RawHost>>,
  declared: readonly Subnet[],
  families: readonly IpFamily[],
): readonly Subnet[] {
  const blocks = new Map<string, Subnet>();
  const texts = hosts.map((host) => textOf(host, "address", "ipv4")?.text ?? "");
  const addresses = texts.map((text) => text.split("/")[0]);
  for (const [index, host] of hosts.entries()) {
    const text = texts[index] ?? "";
    if (!text.includes("/")) continue;
    const written = cidr(text);
    const block = network(written);
    if (declared.some((subnet) => contains(subnet.cidr, written.address))) continue;
    if (blocks.has(formatCidr(block)) || blockSize(block) < 4n) continue;
    const gateway = firstFree(block, addresses);
    const name = blocks.size === 0 ? "outside" : `outside${blocks.size + 1}`;
    const location = locationOf(host.spot);
    const cidrs = families.includes("ipv6") ? [block, secondOutside(host, block)] : [block];
    blocks.set(formatCidr(block), withGateway({ name, location, cidr: block, cidrs }, gateway));
  }
  return [...blocks.values()];
}

function secondOutside(host: Written<RawHost>, block: Cidr): Cidr {
  const { text = "" } = textOf(host, "address", "ipv6") ?? {};
  return text.includes("/") ? network(cidr(text)) : deriveBlock(block);
}

function firstFree(block: Cidr, taken: ReadonlyArray<string | undefined>): IpAddress {
  const first = addressAt(block, 1);
  return taken.includes(first) ? addressAt(block, blockSize(block) - 2n) : first;
}

interface Linked {
  readonly subnet: Subnet;
  /** The first address of the cable belongs to the first router. */
  readonly ends: ReadonlyMap<string, IpAddress>;
}

function resolveLinks(
  { raw, spot }: Written<RawUnderlay>,
  families: readonly IpFamily[],
  report: Report,
): readonly Linked[] {
  const names = (raw.routers ?? []).map(({ name }) => name);
  return (raw.links ?? []).map((link, index) => {
    const { between } = link;
    for (const [end, name] of between.entries()) {
      if (names.includes(name)) continue;
      const hint = suggestion(name, names, "routers");
      const message = `links[${index}]: no router is named \`${name}\``;
      const end_ = at(spot, "links", index, "between", end);
      report(problemAt(end_, "TOPOLOGY_UNKNOWN_REFERENCE", message, { hint }));
    }
    const place = at(spot, "links", index);
    requireBlock({ raw: link, spot: place }, `links[${index}]: `, report);
    const cidrs = blocksOf({ raw: link, spot: place }, { who: "link ", families }, report);
    const [block] = cidrs;
    const subnet = withGateway(
      { name: linkName(link), location: locationOf(place), cidr: block, cidrs },
      undefined,
    );
    if (blockSize(block) < 2n) {
      const message = `cidr ${formatCidr(block)}: a link needs two addresses`;
      const hint = "write a /31 or a /30";
      report(
        problemAt(at(spot, "links", index, "cidr"), "TOPOLOGY_CIDR_TOO_SMALL", message, { hint }),
      );
      return { subnet, ends: new Map() };
    }
    // A /31 has no network address (RFC 3021); in anything larger the first is not for hosts.
    const first = blockSize(block) === 2n ? 0 : 1;
    const ends = between.map((name, end): [string, IpAddress] => [
      name,
      addressAt(block, first + end),
    ]);
    return { subnet, ends: new Map(ends) };
  });
}

function linkName({ between }: RawLink): string {
  return between.join("-");
}

function resolveRouter(
  { raw, spot }: Written<RawRouter>,
  subnets: readonly Subnet[],
  links: readonly Linked[],
  report: Report,
): Router {
  const names = subnets.map(({ name }) => name);
  const interfaces: RouterInterface[] = [];
  for (const [subnet, written] of Object.entries(raw.addresses ?? {})) {
    const texts = [written].flat();
    const address = ipAddress(texts[0] ?? "");
    const second = texts.find((text) => textFamily(text) === "ipv6");
    const found = subnets.find(({ name }) => name === subnet);
    const entry = at(spot, "addresses", subnet);
    if (found === undefined) {
      const hint = suggestion(subnet, names, "subnets");
      const message = `router ${raw.name}: no subnet is named \`${subnet}\``;
      report(problemAt(entry, "TOPOLOGY_UNKNOWN_REFERENCE", message, { target: "key", hint }));
    } else if (!contains(found.cidr, address)) {
      const message = `router ${raw.name}: ${address} is not in subnet ${subnet}, ${formatCidr(found.cidr)}`;
      report(problemAt(entry, "TOPOLOGY_BAD_ADDRESS", message));
    } else {
      const own = second === undefined ? undefined : ipAddress(second);
      interfaces.push({ subnet, address, addresses: addressesIn(found, address, own) });
    }
  }
  for (const { subnet, ends } of links) {
    const address = ends.get(raw.name);
    if (address === undefined) continue;
    const addresses = addressesIn(subnet, address, undefined);
    interfaces.push({ subnet: subnet.name, address, addresses });
  }
  const location = locationOf(spot);
  return { name: raw.name, location, asNumber: raw.asNumber, interfaces };
}

function declaredGateway(raw: RawUnderlay, index: number): IpAddress | undefined {
  const text = raw.subnets === undefined ? raw.gateway : raw.subnets[index]?.gateway;
  return text === undefined ? undefined : ipAddress(text);
}

/** The router's address in a subnet that only one router is in. */
function soleAddress(subnet: string, routers: readonly Router[]): IpAddress | undefined {
  const inside = routers.flatMap(({ interfaces }) =>
    interfaces.filter((each) => each.subnet === subnet),
  );
  return inside[0]?.address;
}
