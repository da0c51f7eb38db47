/** The table's sets and maps, which are there whether there are Services or not. What Services put into them is in `elements.ts`. */
import type { NftablesSettings } from "../settings.ts";
import type { FamilyWords } from "../text/statements.ts";

/** What holds one element for each address and port of a Service. */
export const containers = [
  "cluster-ips",
  "service-ips",
  "service-nodeports",
  "no-endpoint-services",
  "no-endpoint-nodeports",
  "firewall-ips",
] as const;

export type Container = (typeof containers)[number];

export function containerCommands({ table, address }: FamilyWords): readonly string[] {
  const byAddress = `type ${address} . inet_proto . inet_service : verdict`;
  const byPort = "type inet_proto . inet_service : verdict";
  const map = (name: Container, type: string, comment: string): string =>
    `add map ${table} ${name} { ${type} ; comment "${comment}" ; }`;
  const noEndpoints = "vmap to drop or reject packets to";
  return [
    `add set ${table} cluster-ips { type ${address} ; comment "Active ClusterIPs" ; }`,
    map("service-ips", byAddress, "ClusterIP, ExternalIP and LoadBalancer IP traffic"),
    map("service-nodeports", byPort, "NodePort traffic"),
    map("no-endpoint-services", byAddress, `${noEndpoints} services with no endpoints`),
    map("no-endpoint-nodeports", byPort, `${noEndpoints} service nodeports with no endpoints`),
    map("firewall-ips", byAddress, "destinations that are subject to LoadBalancerSourceRanges"),
  ];
}

/** The addresses where node ports answer, unless all of the node do. */
export function nodePortSet(
  { nodePorts }: NftablesSettings,
  words: FamilyWords,
): readonly string[] {
  const { table, address } = words;
  const name = `${table} nodeport-ips`;
  const add = `add set ${name} { type ${address} ; comment "IPs that accept NodePort traffic" ; }`;
  // Added first, since only what exists can be deleted.
  if (nodePorts.type === "all") return [add, `delete set ${name}`];
  return [
    add,
    `flush set ${name}`,
    ...nodePorts.addresses.map((ip) => `add element ${name} { ${ip} }`),
  ];
}
