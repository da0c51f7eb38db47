/**
 * The names of the chains that belong to one service port.
 *
 * A chain name has at most 28 characters and a Service's name up to 63, so the
 * name holds a hash: prefix + base32(sha256(…))[0:16], RFC 4648's alphabet. The
 * hashed parts are written together without a separator:
 *
 *     vote/redis:dbtcp                  KUBE-SVC-…  KUBE-SVL-…  KUBE-EXT-…  KUBE-FW-…
 *     vote/redis:dbtcp10.244.1.7:6379   KUBE-SEP-…
 *
 * A hash changes exactly when what it names does, so a rule that is in a chain
 * may stay there for as long as the chain is wanted.
 */
import { sha256Base32 } from "../../model/base32.ts";
import type { Endpoint } from "../../model/services/endpoint.ts";
import type { ServicePort } from "../../model/services/service-port.ts";

/** The chains of one service port. */
export interface ServiceChains {
  /** Load-balances over the endpoints for policy Cluster. */
  readonly cluster: string;
  /** Load-balances over the endpoints for policy Local. */
  readonly local: string;
  /** Traffic from outside: decides about masquerading, then goes on to one of the two above. */
  readonly external: string;
  /** Lets pass what comes from loadBalancerSourceRanges. */
  readonly firewall: string;
}

const HASH_CHARACTERS = 16;
const PER_SERVICE = /^KUBE-(SVC|SVL|EXT|FW|SEP)-/;

export function serviceChains(port: ServicePort): ServiceChains {
  const hash = chainHash(port.name + port.protocol);
  return {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    external: `KUBE-EXT-${hash}`,
    firewall: `KUBE-FW-${hash}`,
  };
}

/** `KUBE-SEP-…`. `endpoint` is one of `port`'s own: an endpoint belongs to one service port. */
export function endpointChain(port: ServicePort, endpoint: Endpoint): string {
  return `KUBE-SEP-${chainHash(port.name + port.protocol + endpoint.text)}`;
}

/** Whether the chain is one that comes and goes with a Service or an endpoint. */
export function isPerServiceChain(name: string): boolean {
  return PER_SERVICE.test(name);
}

function chainHash(text: string): string {
  return sha256Base32(text, HASH_CHARACTERS);
}
