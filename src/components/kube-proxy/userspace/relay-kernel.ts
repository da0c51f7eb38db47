/** What the relays of userspace mode do in the netns of their node. The lab hands over the real thing. */
import type { Socket as DatagramSocket } from "node:dgram";
import type { Server, Socket } from "node:net";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface RelayKernel {
  /** On every address of the node. Throws when the port is taken. */
  readonly listenTcp: (server: Server, port: number) => void;
  readonly connectTcp: (to: Endpoint, timeoutMs: number, signal: AbortSignal) => Promise<Socket>;
  /** On every address of the node; without a port, the kernel chooses. Throws when it is taken. */
  readonly bindUdp: (port?: number) => DatagramSocket;
}

/** Of `ip:port` and `[ip]:port`. */
export function parseEndpoint(text: string): Endpoint {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  return { address: bracketed ?? plain ?? "", port: Number(port) };
}
