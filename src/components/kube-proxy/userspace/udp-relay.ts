/**
 * Receives the datagrams for one proxy port and passes them on. A client, by address and port, has a socket of
 * its own towards its endpoint, until neither has said anything for a while.
 */
import type { Socket as DatagramSocket, RemoteInfo } from "node:dgram";
import type { Relay } from "./relay.ts";
import { parseEndpoint } from "./relay-kernel.ts";
import type { RelayOptions } from "./tcp-relay.ts";

/** kube-proxy's udpIdleTimeout. */
const IDLE_MS = 250;

/** A timer that is later than this was held up, and with it every socket of this process. */
const HELD_UP_MS = 50;

interface Flow {
  readonly socket: DatagramSocket;
  readonly idle: Idleness;
}

/** @throws KernelError EADDRINUSE when somebody else has the port. */
export function udpRelay({ port, balancer, kernel, now }: RelayOptions): Relay {
  const front = kernel.bindUdp(port);
  const flows = new Map<string, Flow & { readonly to: ReturnType<typeof parseEndpoint> }>();
  const begin = (key: string, client: RemoteInfo) => {
    const endpoint = balancer.next(client.address, now());
    if (endpoint === undefined) return undefined;
    const socket = kernel.bindUdp();
    const end = (): void => {
      flows.delete(key);
      socket.close();
    };
    const idle = whenIdle(end);
    socket.on("message", (answer) => {
      idle.over();
      front.send(answer, client.port, client.address);
    });
    socket.on("error", () => undefined);
    const flow = { socket, idle, to: parseEndpoint(endpoint) };
    flows.set(key, flow);
    return flow;
  };
  front.on("error", () => undefined);
  front.on("message", (datagram, client) => {
    const key = `${client.address} ${client.port}`;
    const flow = flows.get(key) ?? begin(key, client);
    if (flow === undefined) return;
    flow.idle.over();
    flow.socket.send(datagram, flow.to.port, flow.to.address);
  });
  return {
    [Symbol.dispose]: () => {
      front.close();
      for (const { socket, idle } of flows.values()) {
        idle.stop();
        socket.close();
      }
      flows.clear();
    },
  };
}

interface Idleness {
  /** Something was said. */
  readonly over: () => void;
  readonly stop: () => void;
}

/**
 * Calls `end` once nothing has been said for {@link IDLE_MS}. What was said while this process did not run
 * waits in its sockets, and timers come before sockets: so time in which it did not run does not count.
 */
function whenIdle(end: () => void): Idleness {
  let since = performance.now();
  const over = (): void => {
    since = performance.now();
    timer.refresh();
  };
  // Unreferenced: an idle flow keeps no process alive.
  const timer = setTimeout(() => {
    if (performance.now() - since > IDLE_MS + HELD_UP_MS) over();
    else end();
  }, IDLE_MS).unref();
  return { over, stop: () => clearTimeout(timer) };
}
