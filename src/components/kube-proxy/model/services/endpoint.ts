/** One address and port behind a service port, as an EndpointSlice tells it. */
import type { EndpointSlice, SliceEndpoint } from "../../../../api/objects/service.ts";
import {
  familyOf,
  formatSocketAddress,
  type IpAddress,
  type IpFamily,
} from "../../../../net/ip-address.ts";
import { parseLenientAddress } from "../../config/lenient-address.ts";
import { lowerCase, type TransportProtocol } from "./service-port.ts";

export interface Endpoint {
  /** `ip:port`, `[ip]:port`: identity and sort key. */
  readonly text: string;
  readonly ip: IpAddress;
  readonly port: number;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** The node it runs on: an endpoint is local where this is the node's own name. */
  readonly nodeName: string | undefined;
  /** Zones and nodes that should prefer this endpoint; empty means that nothing was said. */
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

/** The endpoints that one slice has for one service port. */
export interface SlicePort {
  readonly portName: string;
  readonly protocol: TransportProtocol;
  readonly endpoints: readonly Endpoint[];
}

/** The label that says which Service a slice belongs to. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** What a proxier of `family` takes from a slice; nothing from FQDN slices and from ports without name or number. */
export function slicePorts(slice: EndpointSlice, family: IpFamily): readonly SlicePort[] {
  if (slice.addressType !== (family === "ipv4" ? "IPv4" : "IPv6")) return [];
  return slice.ports.flatMap(({ name, port, protocol = "TCP" }) => {
    // A nil name is a slice that nobody finished; an empty name is a name.
    if (name === undefined || port === undefined || port === 0) return [];
    const endpoints = slice.endpoints.flatMap((endpoint) => parseEndpoint(endpoint, port, family));
    return [{ portName: name, protocol: lowerCase(protocol), endpoints }];
  });
}

/** Bytewise by text, so that 10.2.2.22:22 stands before 10.2.2.2:22: `2` sorts before `:`. */
export function compareEndpoints(a: Endpoint, b: Endpoint): number {
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}

/**
 * Each address and port once: two slices may carry one endpoint while it moves between them, and a new pod may have the
 * address of one that is not quite gone. The last wins that is not shutting down, or else the first. `endpoints` is sorted
 * by {@link compareEndpoints}, stably. The real order of slices is random.
 *
 * @see pull request 135593, Kubernetes 1.36
 */
export function withoutDuplicates(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const byText = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    if (!byText.has(endpoint.text) || !endpoint.terminating) byText.set(endpoint.text, endpoint);
  }
  return byText.size === endpoints.length ? endpoints : [...byText.values()];
}

function parseEndpoint(endpoint: SliceEndpoint, port: number, family: IpFamily): Endpoint[] {
  // Only the first address counts, as in kube-proxy; the others were never used.
  const ip = parseLenientAddress(endpoint.addresses[0] ?? "");
  if (ip === undefined || familyOf(ip) !== family) return [];
  const { ready = true, serving = true, terminating = false } = endpoint.conditions ?? {};
  return [
    {
      text: formatSocketAddress(ip, port),
      ip,
      port,
      ready,
      serving,
      terminating,
      nodeName: endpoint.nodeName,
      zoneHints: (endpoint.hints?.forZones ?? []).map(({ name }) => name),
      nodeHints: (endpoint.hints?.forNodes ?? []).map(({ name }) => name),
    },
  ];
}
