/** What each service port puts into the table's sets and maps. */
import type { IpAddress } from "../../../../net/ip-address.ts";
import { isExternal } from "../../model/services/service-port.ts";
import type { Container } from "../fixed-rules/containers.ts";
import type { Verdicts } from "./verdicts.ts";

/** One entry of a set or a map, as it is found in the table. */
export interface TableElement {
  /** {@link elementId}: where it is. One text for all of it, because there is one for each address and port of a large cluster. */
  readonly id: string;
  /** The verdict of a map's element; empty in a set. */
  readonly value: string;
}

/** One entry as it is to be. */
export interface Element extends TableElement {
  readonly comment: string;
}

/** Of all containers together: `service-ips 10.96.0.10 . udp . 53`, `service-nodeports tcp . 30080`, `cluster-ips 10.96.0.10`. */
export function elementId(container: Container, key: string): string {
  return `${container} ${key}`;
}

/** The two parts of an {@link elementId}. Of one container there is one element for each key. */
export function placeOf({ id }: TableElement): {
  readonly container: string;
  readonly key: string;
} {
  const end = id.indexOf(" ");
  return { container: id.slice(0, end), key: id.slice(end + 1) };
}

/** What nft takes. A Service's port may have a longer name; until Kubernetes 1.36 no sync that named it succeeded. */
const MAX_COMMENT = 128;

function makeElement(container: Container, key: string, value = "", comment = ""): Element {
  return { id: elementId(container, key), value, comment: comment.slice(0, MAX_COMMENT) };
}

export function portElements(verdicts: Verdicts): readonly Element[] {
  const { port } = verdicts;
  const elements = [makeElement("cluster-ips", port.clusterIP), clusterIPElement(verdicts)];
  if (isExternal(port)) addExternalElements(elements, verdicts);
  return elements;
}

function addExternalElements(elements: Element[], verdicts: Verdicts): void {
  const { port, objects, usesFirewallChain } = verdicts;
  for (const addresses of [port.externalIPs, port.loadBalancerVIPs]) {
    for (const address of addresses) {
      const key = destinationKey(verdicts, address);
      elements.push(...externalElements("services", key, verdicts));
    }
  }
  for (const address of usesFirewallChain ? port.loadBalancerVIPs : []) {
    const key = destinationKey(verdicts, address);
    elements.push(makeElement("firewall-ips", key, `goto ${objects.firewall}`));
  }
  if (port.nodePort !== undefined) {
    const key = `${port.protocol} . ${port.nodePort}`;
    elements.push(...externalElements("nodeports", key, verdicts));
  }
}

function clusterIPElement(verdicts: Verdicts): Element {
  const { port, hasInternal, internalChain, refusal } = verdicts;
  const key = destinationKey(verdicts, port.clusterIP);
  return hasInternal
    ? makeElement("service-ips", key, `goto ${internalChain}`)
    : makeElement("no-endpoint-services", key, refusal, port.name);
}

/** Under policy Local both may be: the chain then serves pods and the node itself, and all others are refused. */
function externalElements(
  what: "services" | "nodeports",
  key: string,
  { port, objects, endpoints, hasExternal, refusal }: Verdicts,
): readonly Element[] {
  const captures = what === "services" ? "service-ips" : "service-nodeports";
  return [
    ...(endpoints.hasAny ? [makeElement(captures, key, `goto ${objects.external}`)] : []),
    ...(hasExternal ? [] : [makeElement(`no-endpoint-${what}`, key, refusal, port.name)]),
  ];
}

function destinationKey({ port }: Verdicts, address: IpAddress): string {
  return `${address} . ${port.protocol} . ${port.port}`;
}
