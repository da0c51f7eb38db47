import type { Pod } from "../objects/pod.ts";

/** A port of the node that leads to a pod: `hostPort`, as the CRI hands it to the pod network. */
export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  /** `tcp`, `udp`, `sctp`. */
  readonly protocol: string;
  /** The one address of the node that has it; all of them unless given. */
  readonly hostIP?: string;
}

export function portMappingsOf({ spec }: Pod): readonly PortMapping[] {
  return spec.containers
    .flatMap(({ ports = [] }) => ports)
    .flatMap(({ hostPort = 0, containerPort, protocol = "TCP", hostIP = "" }) => {
      if (hostPort === 0) return [];
      const mapping = { hostPort, containerPort, protocol: protocol.toLowerCase() };
      return [hostIP === "" ? mapping : { ...mapping, hostIP }];
    });
}
