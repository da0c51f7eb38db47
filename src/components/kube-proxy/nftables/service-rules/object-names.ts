/**
 * The names of the chains and sets that belong to one service port. nft takes long names, so
 * they say what they are for; the hash in front keeps names apart that had to be cut.
 *
 *     service-ULMVA6XW-ns1/svc1/tcp/p80           local-…  external-…  firewall-…
 *     endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80     affinity-…
 *
 * The name of an endpoint's chain says everything that its rules do.
 */
import { sha256Base32 } from "../../model/base32.ts";
import type { Endpoint } from "../../model/services/endpoint.ts";
import type { ServicePort } from "../../model/services/service-port.ts";

export interface ServiceObjects {
  /** Load-balances over the endpoints for policy Cluster. */
  readonly cluster: string;
  /** Load-balances over the endpoints for policy Local. */
  readonly local: string;
  /** Traffic from outside: decides about masquerading, then goes on to one of the two above. */
  readonly external: string;
  /** Drops what comes from outside loadBalancerSourceRanges. */
  readonly firewall: string;
}

const ENDPOINT = "endpoint-";
const AFFINITY = "affinity-";
const HASH_CHARACTERS = 8;
/** What remains under the kernel's limit of 255 with the longest prefix. */
const MAX_LENGTH = 240;

export function serviceObjects(port: ServicePort): ServiceObjects {
  const base = withHash(portPath(port));
  return {
    cluster: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
  };
}

/** The chain of `endpoint`, which is one of `port`'s own: an endpoint belongs to one service port. */
export function endpointChain(port: ServicePort, endpoint: Endpoint): string {
  const ip = endpoint.ip.replaceAll(":", ".");
  return ENDPOINT + withHash(`${portPath(port)}__${ip}/${endpoint.port}`);
}

/** The set of clients that stick to an endpoint, of its chain. */
export function affinitySetOf(chain: string): string {
  return AFFINITY + chain.slice(ENDPOINT.length);
}

/** Whether the chain is one that comes and goes with a Service or an endpoint. */
export function isPerServiceChain(name: string): boolean {
  return name.includes("/");
}

/** `namespace/name` of the Service that a per-service chain or an affinity set belongs to. */
export function ownerOf(name: string): string {
  // Namespace and name are short enough to stand in front of any cut; the hash has no dash.
  const path = name.slice(name.indexOf("-") + HASH_CHARACTERS + 2);
  return path.slice(0, path.indexOf("/", path.indexOf("/") + 1));
}

export function isAffinitySet(name: string): boolean {
  return name.startsWith(AFFINITY);
}

/** The name of the port may be empty; its slash stays. */
function portPath({ namespace, serviceName, protocol, portName }: ServicePort): string {
  return `${namespace}/${serviceName}/${protocol}/${portName}`;
}

/** The hash is that of the whole name, also where the name is cut. */
function withHash(path: string): string {
  const name = `${sha256Base32(path, HASH_CHARACTERS)}-${path}`;
  return name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH - 3)}...` : name;
}
