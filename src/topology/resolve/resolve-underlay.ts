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
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import type { Report } from "../problem.ts";
import type { RawHost, RawLink, RawRouter, RawUnderlay } from "../raw/raw-topology.ts";
import { at, locationOf, problemAt } from "../source.ts";
import { suggestion } from "../suggest.ts";
import type { Router, RouterInterface, Subnet, Underlay } from "../topology.ts";
import type { Written } from "./written.ts";

const defaultCidr = "192.168.0.0/24";
const defaultMtu = 1500;

/** The subnets that the file declares: several, or the one that is simply called `underlay`. */
export function resolveUnderlay(
  written: Written<RawUnderlay>,
  hosts: ReadonlyArray<Written<RawHost>>,
  report: Report,
): Underlay {
  const { raw, spot } = written;
  if (raw.subnets !== undefined) refuseBoth(written, report);
  const declared = declaredSubnets(written);
  const mtu = raw.mtu ?? defaultMtu;
  if (raw.routers === undefined) {
    // Without routers every link is one between routers that do not exist.
    resolveLinks(written, report);
    const outside = outsideSubnets(hosts, declared);
    const subnets = [...declared, ...outside];
    const interfaces = subnets.flatMap(({ name, gateway }) =>
      gateway === undefined ? [] : [{ subnet: name, address: gateway }],
    );
    const router = { name: "router", location: locationOf(spot), asNumber: undefined, interfaces };
    return { mtu, subnets, routers: [router] };
  }
  const linked = resolveLinks(written, report);
  const routers = raw.routers.map((router, index) =>
    resolveRouter({ raw: router, spot: at(spot, "routers", index) }, declared, linked, report),
  );
  const subnets = declared.map((subnet, index) => ({
    ...subnet,
    gateway: declaredGateway(raw, index) ?? soleAddress(subnet.name, routers),
  }));
  return { mtu, subnets: [...subnets, ...linked.map(({ subnet }) => subnet)], routers };
}

/** The subnet that an address is in. */
export function subnetOf({ subnets }: Underlay, address: IpAddress): Subnet | undefined {
  return subnets.find((subnet) => contains(subnet.cidr, address));
}

function refuseBoth({ raw, spot }: Written<RawUnderlay>, report: Report): void {
  for (const key of ["cidr", "gateway"] as const) {
    if (raw[key] === undefined) continue;
    const hint = `move \`${key}\` into the subnet it belongs to`;
    const message = `underlay has both \`subnets\` and \`${key}\``;
    report(problemAt(at(spot, key), "TOPOLOGY_BAD_VALUE", message, { target: "key", hint }));
  }
}

function declaredSubnets({ raw, spot }: Written<RawUnderlay>): readonly Subnet[] {
  const implied = raw.routers === undefined;
  if (raw.subnets === undefined) {
    const block = cidr(raw.cidr ?? defaultCidr);
    const gateway = raw.gateway === undefined ? addressAt(block, 1) : ipAddress(raw.gateway);
    const location = locationOf(at(spot, "cidr"));
    return [{ name: "underlay", location, cidr: block, gateway }];
  }
  return raw.subnets.map((subnet, index) => {
    const block = cidr(subnet.cidr);
    const first = implied && blockSize(block) > 2n ? addressAt(block, 1) : undefined;
    return {
      name: subnet.name,
      location: locationOf(at(spot, "subnets", index)),
      cidr: block,
      gateway: subnet.gateway === undefined ? first : ipAddress(subnet.gateway),
    };
  });
}

/** One network behind the router for every network that a host's prefix length speaks of. */
function outsideSubnets(
  hosts: ReadonlyArray<Written<RawHost>>,
  declared: readonly Subnet[],
): readonly Subnet[] {
  const blocks = new Map<string, Subnet>();
  const addresses = hosts.map(({ raw }) => raw.address.split("/")[0]);
  for (const { raw, spot } of hosts) {
    if (!raw.address.includes("/")) continue;
    const written = cidr(raw.address);
    const block = network(written);
    if (declared.some((subnet) => contains(subnet.cidr, written.address))) continue;
    if (blocks.has(formatCidr(block)) || blockSize(block) < 4n) continue;
    const gateway = firstFree(block, addresses);
    const name = blocks.size === 0 ? "outside" : `outside${blocks.size + 1}`;
    blocks.set(formatCidr(block), { name, location: locationOf(spot), cidr: block, gateway });
  }
  return [...blocks.values()];
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

function resolveLinks({ raw, spot }: Written<RawUnderlay>, report: Report): readonly Linked[] {
  const names = (raw.routers ?? []).map(({ name }) => name);
  return (raw.links ?? []).map((link, index) => {
    const { between, cidr: text } = link;
    for (const [end, name] of between.entries()) {
      if (names.includes(name)) continue;
      const hint = suggestion(name, names, "routers");
      const message = `links[${index}]: no router is named \`${name}\``;
      const end_ = at(spot, "links", index, "between", end);
      report(problemAt(end_, "TOPOLOGY_UNKNOWN_REFERENCE", message, { hint }));
    }
    const block = cidr(text);
    const location = locationOf(at(spot, "links", index));
    const subnet = { name: linkName(link), location, cidr: block, gateway: undefined };
    if (blockSize(block) < 2n) {
      const message = `cidr ${text}: a link needs two addresses`;
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
  for (const [subnet, text] of Object.entries(raw.addresses ?? {})) {
    const address = ipAddress(text);
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
      interfaces.push({ subnet, address });
    }
  }
  for (const { subnet, ends } of links) {
    const address = ends.get(raw.name);
    if (address !== undefined) interfaces.push({ subnet: subnet.name, address });
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
