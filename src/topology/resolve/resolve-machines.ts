/** Nodes and hosts: addresses assigned, subnets found, labels and taints filled in. */
import type { Taint } from "../../api/objects/cluster.ts";
import { addressAt, blockSize, type Cidr, cidr } from "../../net/cidr.ts";
import { type IpAddress, type IpFamily, ipAddress } from "../../net/ip-address.ts";
import { parseDnsName, parseDnsRecord } from "../dns-record.ts";
import { checkFamilies, textOf, textsOf } from "../raw/by-family.ts";
import type { RawHost } from "../raw/raw-host.ts";
import type { RawNode, RawTaint } from "../raw/raw-node.ts";
import type { Written } from "../raw/written.ts";
import { parseListener } from "../scalars.ts";
import type { Report } from "../source/problem.ts";
import { at, locationOf, problemAt, type Spot } from "../source/source.ts";
import type { Host, Listener, NodeRole, TopologyNode, Underlay } from "../topology.ts";
import { addressesIn, subnetOf } from "./resolve-underlay.ts";

const dnsPort = 53;
const controlPlane = "node-role.kubernetes.io/control-plane";

/** Nodes without an address get the next free one from here on. */
const firstAssigned = 11n;

/** A node before its share of the pod CIDR and its kube-proxy are known. */
export type PlacedNode = Omit<TopologyNode, "podCIDR" | "podCIDRs" | "proxy">;

interface Surroundings {
  readonly underlay: Underlay;
  readonly families: readonly IpFamily[];
}

export function resolveNodes(
  nodes: ReadonlyArray<Written<RawNode>>,
  hosts: readonly Host[],
  { underlay, families }: Surroundings,
  report: Report,
): ReadonlyArray<Written<RawNode> & { readonly node: PlacedNode }> {
  const taken = new Set<string>([
    ...nodes.flatMap((each) => textsOf(each, "address").map(({ text }) => text)),
    ...hosts.flatMap(({ addresses }) => addresses),
    ...underlay.routers.flatMap(({ interfaces }) => interfaces.map(({ address }) => address)),
  ]);
  return nodes.flatMap((written) => {
    const { raw, spot } = written;
    checkFamilies(written, "address", { who: `node ${raw.name}: `, families }, report);
    const own = textOf(written, "address", "ipv4");
    const address = own === undefined ? nextFree(underlay, taken) : ipAddress(own.text);
    if (address === undefined) {
      const message = `node ${raw.name}: the underlay has no free address left`;
      report(problemAt(spot, "TOPOLOGY_CIDR_TOO_SMALL", message));
      return [];
    }
    taken.add(address);
    const subnet = subnetOf(underlay, address);
    if (subnet === undefined) {
      reportNoSubnet(`node ${raw.name}`, address, written, underlay, report);
      return [];
    }
    const roles: readonly NodeRole[] = raw.roles ?? ["worker"];
    const node: PlacedNode = {
      name: raw.name,
      location: locationOf(spot),
      roles,
      address,
      addresses: addressesIn(subnet, address, secondOf(written)),
      subnet: subnet.name,
      labels: { ...impliedLabels(raw.name, roles), ...raw.labels },
      taints: raw.taints?.map(resolveTaint) ?? impliedTaints(roles),
      joined: raw.joined ?? true,
    };
    return [{ ...written, node }];
  });
}

/** The IPv6 address that the file gives a machine. */
function secondOf(written: Written<RawNode | RawHost>): IpAddress | undefined {
  const [text] = textOf(written, "address", "ipv6")?.text.split("/") ?? [];
  return text === undefined ? undefined : ipAddress(text);
}

export function resolveHosts(
  hosts: ReadonlyArray<Written<RawHost>>,
  { underlay, families }: Surroundings,
  report: Report,
): ReadonlyArray<Written<RawHost> & { readonly host: Host }> {
  return hosts.flatMap((written) => {
    const { raw, spot } = written;
    checkFamilies(written, "address", { who: `host ${raw.name}: `, families }, report);
    const own = textOf(written, "address", "ipv4");
    if (own === undefined) {
      const hint = "add `address`: of eth0, in a subnet of the underlay";
      const message = `host ${raw.name}: missing field \`address\``;
      report(problemAt(at(spot, "address"), "TOPOLOGY_MISSING_FIELD", message, { hint }));
      return [];
    }
    const address = ipAddress(own.text.split("/")[0] ?? "");
    const subnet = subnetOf(underlay, address);
    if (subnet === undefined) {
      reportNoSubnet(`host ${raw.name}`, address, written, underlay, report);
      return [];
    }
    if (own.text.includes("/")) reportOtherPrefix(written, subnet.cidr, report);
    const listen = (raw.listen ?? []).flatMap((text): readonly Listener[] => {
      const listener = parseListener(text);
      return listener === undefined ? [] : [listener];
    });
    const dns = resolveHostDns(raw);
    const host = {
      name: raw.name,
      location: locationOf(spot),
      address,
      addresses: addressesIn(subnet, address, secondOf(written)),
      // A DNS server has its port for itself.
      listen: dns === undefined ? listen : listen.filter(({ port }) => port !== dnsPort),
      dns,
    };
    return [{ ...written, host: { ...host, subnet: subnet.name } }];
  });
}

function resolveHostDns({ dns }: RawHost): Host["dns"] {
  if (dns === undefined) return undefined;
  return Object.entries(dns.records).map(([name, written]) => ({
    name: parseDnsName(name) ?? name,
    records: [written].flat().flatMap((text) => parseDnsRecord(text) ?? []),
  }));
}

function nextFree({ subnets }: Underlay, taken: ReadonlySet<string>): IpAddress | undefined {
  const [subnet] = subnets;
  if (subnet === undefined) return undefined;
  const end = blockSize(subnet.cidr) - 1n;
  for (let index = firstAssigned; index < end; index++) {
    const address = addressAt(subnet.cidr, index);
    if (!taken.has(address)) return address;
  }
  return undefined;
}

function reportNoSubnet(
  who: string,
  address: IpAddress,
  written: Written<RawNode | RawHost>,
  { subnets }: Underlay,
  report: Report,
): void {
  const known = subnets.map(({ cidr: block }) => `${block.address}/${block.prefixLength}`);
  const isHost = who.startsWith("host");
  const own = textOf(written, "address", "ipv4");
  const hint =
    isHost && own?.text === address
      ? `write ${address}/24 to put it in a network of its own behind the router`
      : "give `underlay` a subnet that contains it";
  const message = `${who}: ${address} is in no subnet of the underlay (${known.join(", ")})`;
  report(problemAt(spotOf(written), "TOPOLOGY_BAD_ADDRESS", message, { hint }));
}

function spotOf(written: Written<RawNode | RawHost>): Spot {
  return textOf(written, "address", "ipv4")?.spot ?? at(written.spot, "address");
}

/** A prefix length that differs from the subnet's was meant for another network. */
function reportOtherPrefix(
  host: Written<RawHost>,
  { address, prefixLength }: Cidr,
  report: Report,
): void {
  const { text = "" } = textOf(host, "address", "ipv4") ?? {};
  const written = cidr(text);
  if (written.prefixLength === prefixLength) return;
  const block = `${address}/${prefixLength}`;
  const message = `host ${host.raw.name}: ${text} is in ${block}, whose prefix length is ${prefixLength}`;
  const hint = `write ${written.address}`;
  report(problemAt(spotOf(host), "TOPOLOGY_BAD_ADDRESS", message, { hint }));
}

function impliedLabels(name: string, roles: readonly NodeRole[]): Readonly<Record<string, string>> {
  const role = roles.includes("control-plane") ? { [controlPlane]: "" } : {};
  return { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", ...role };
}

function impliedTaints(roles: readonly NodeRole[]): readonly Taint[] {
  // Both roles: a small cluster whose control plane runs ordinary pods too.
  const only = roles.includes("control-plane") && !roles.includes("worker");
  return only ? [{ key: controlPlane, effect: "NoSchedule" }] : [];
}

function resolveTaint({ key, value, effect }: RawTaint): Taint {
  return value === undefined ? { key, effect } : { key, value, effect };
}
