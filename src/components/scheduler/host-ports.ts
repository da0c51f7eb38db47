import type { PodSpec } from "../../api/objects/pod.ts";

/** A port of the node that a pod takes for itself. */
export interface HostPort {
  readonly protocol: string;
  readonly port: number;
  /** `0.0.0.0` for every address. */
  readonly address: string;
}

const everyAddress = "0.0.0.0";

export function hostPortsOf({ containers }: PodSpec): readonly HostPort[] {
  return containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, protocol = "TCP", hostIP }) =>
      hostPort === 0 ? [] : [{ protocol, port: hostPort, address: hostIP || everyAddress }],
    ),
  );
}

export function clash(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.address === b.address || a.address === everyAddress || b.address === everyAddress;
}
