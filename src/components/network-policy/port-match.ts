import type { NetworkPolicyPort } from "../../api/objects/networking.ts";

export interface PortMatch {
  /** `tcp`, `udp`, `sctp`. */
  readonly protocol: string;
  /** Undefined: every port. */
  readonly ports: { readonly first: number; readonly last: number } | undefined;
}

export function numbered({ port, endPort }: NetworkPolicyPort, protocol: string): PortMatch {
  const first = typeof port === "number" ? port : undefined;
  return {
    protocol: protocol.toLowerCase(),
    ports: first === undefined ? undefined : { first, last: endPort ?? first },
  };
}

export function single(port: number, protocol: string): PortMatch {
  return { protocol: protocol.toLowerCase(), ports: { first: port, last: port } };
}
