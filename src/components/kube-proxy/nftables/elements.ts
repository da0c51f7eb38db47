/** What each service port puts into the table's sets and maps. */
import type { IpAddress } from "../../../net/ip-address.ts";
import type { Decisions } from "../model/decisions.ts";
import { serviceObjects } from "./object-names.ts";
import type { Container } from "./table-skeleton.ts";

/** One entry of a set or a map, as it is found in the table. Of one container there is one for each key. */
export interface TableElement {
  readonly container: Container;
  /** `10.96.0.10 . udp . 53`, `tcp . 30080`, `10.96.0.10`. */
  readonly key: string;
  /** The verdict of a map's element; empty in a set. */
  readonly value: string;
}

/** One entry as it is to be. */
export interface Element extends TableElement {
  /** {@link elementId}, worked out once. */
  readonly id: string;
  readonly comment: string;
}

/** Of all containers together. */
export function elementId({ container, key }: Pick<TableElement, "container" | "key">): string {
  return `${container} ${key}`;
}

function makeElement(container: Container, key: string, value = "", comment = ""): Element {
  return { id: elementId({ container, key }), container, key, value, comment };
}

/** Where traffic that finds no endpoint ends. */
function refusal({ endpoints }: Decisions): string {
  // Somebody serves the port, only not on this node: silence, so that a load balancer looks elsewhere.
  // Nobody does: the client learns it at once.
  return endpoints.hasAny ? "drop" : "goto reject-chain";
}

export function portElements(decisions: Decisions): readonly Element[] {
  const { port } = decisions;
  return [
    makeElement("cluster-ips", port.clusterIP),
    clusterIPElement(decisions),
    ...[...port.externalIPs, ...port.loadBalancerVIPs].flatMap((address) =>
      externalElements(decisions, address),
    ),
    ...(usesFirewall(decisions)
      ? port.loadBalancerVIPs.map((address) => firewallElement(decisions, address))
      : []),
    ...nodePortElements(decisions),
  ];
}

/** Whether or not there are endpoints: who may not come in learns nothing about them. */
export function usesFirewall({ port }: Decisions): boolean {
  return port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0;
}

function clusterIPElement(decisions: Decisions): Element {
  const { port, hasInternal } = decisions;
  const objects = serviceObjects(port);
  const key = destinationKey(decisions, port.clusterIP);
  if (!hasInternal) return refused("no-endpoint-services", key, decisions);
  const chain = port.internalPolicyLocal ? objects.local : objects.cluster;
  return makeElement("service-ips", key, `goto ${chain}`);
}

function externalElements(decisions: Decisions, address: IpAddress): readonly Element[] {
  const key = destinationKey(decisions, address);
  return [
    ...captured("service-ips", key, decisions),
    ...(decisions.hasExternal ? [] : [refused("no-endpoint-services", key, decisions)]),
  ];
}

function nodePortElements(decisions: Decisions): readonly Element[] {
  const { protocol, nodePort } = decisions.port;
  if (nodePort === undefined) return [];
  const key = `${protocol} . ${nodePort}`;
  return [
    ...captured("service-nodeports", key, decisions),
    ...(decisions.hasExternal ? [] : [refused("no-endpoint-nodeports", key, decisions)]),
  ];
}

function firewallElement(decisions: Decisions, address: IpAddress): Element {
  const { firewall } = serviceObjects(decisions.port);
  const key = destinationKey(decisions, address);
  return makeElement("firewall-ips", key, `goto ${firewall}`);
}

function captured(container: Container, key: string, decisions: Decisions): readonly Element[] {
  if (!decisions.endpoints.hasAny) return [];
  const { external } = serviceObjects(decisions.port);
  return [makeElement(container, key, `goto ${external}`)];
}

function refused(container: Container, key: string, decisions: Decisions): Element {
  return makeElement(container, key, refusal(decisions), decisions.port.name);
}

function destinationKey({ port }: Decisions, address: IpAddress): string {
  return `${address} . ${port.protocol} . ${port.port}`;
}
