/** Listens on one proxy port and passes every connection on to an endpoint, byte by byte. */
import { createServer, type Server, type Socket } from "node:net";
import type { Relay } from "./relay.ts";
import { parseEndpoint, type RelayKernel } from "./relay-kernel.ts";
import type { RoundRobin } from "./round-robin.ts";

/** Each try goes to the next endpoint and may take longer; then the client is hung up on. */
const DIAL_TIMEOUTS_MS = [250, 500, 1_000, 2_000];

export interface RelayOptions {
  readonly port: number;
  readonly balancer: RoundRobin;
  readonly kernel: RelayKernel;
  readonly now: () => number;
}

/** @throws KernelError EADDRINUSE when somebody else has the port. */
export function tcpRelay({ port, balancer, kernel, now }: RelayOptions): Relay {
  const ending = new AbortController();
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    // Whatever goes wrong at one end ends the other; see `pair`.
    socket.on("error", () => undefined);
  };
  const accept = async (client: Socket): Promise<void> => {
    keep(client);
    const from = client.remoteAddress ?? "";
    for (const [index, timeoutMs] of DIAL_TIMEOUTS_MS.entries()) {
      const endpoint = balancer.next(from, now(), { anew: index > 0 });
      if (endpoint === undefined || client.destroyed) break;
      try {
        const server = await kernel.connectTcp(parseEndpoint(endpoint), timeoutMs, ending.signal);
        keep(server);
        pair(client, server);
        return;
      } catch {
        // Nobody answers there: the next one may.
      }
    }
    client.destroy();
  };
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    void accept(client);
  });
  kernel.listenTcp(server, port);
  return {
    [Symbol.dispose]: () => {
      ending.abort();
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Each end hears what the other says, and that it has said all. */
function pair(client: Socket, server: Socket): void {
  client.pipe(server);
  server.pipe(client);
  client.once("close", () => server.destroy());
  server.once("close", () => client.destroy());
  client.resume();
}
