/** Serves a zone on port 53, by UDP and by TCP. */
import type { Socket as DatagramSocket } from "node:dgram";
import type { Server, Socket } from "node:net";
import type { Logger } from "pino";
import { CleanupStack } from "../../base/cleanup-stack.ts";
import { prefixDnsLength } from "../../wire/packet/dns/encode.ts";
import { answerQuery } from "./answer-query.ts";
import type { Zone } from "./zone.ts";

export interface DnsServerOptions {
  readonly zone: Zone;
  /** A server that listens, or is about to, made where it is to be reached. */
  readonly listenTcp: (port: number) => Server | Promise<Server>;
  /** A socket that is bound, or is about to be. */
  readonly bindUdp: (port: number) => DatagramSocket | Promise<DatagramSocket>;
  readonly log: Logger;
}

const DNS_PORT = 53;
/** Bytes before a message over TCP. */
const LENGTH_BYTES = 2;

/** Resolves when it can be asked. Disposing of what it returns ends it with its connections. */
export async function startDnsServer(options: DnsServerOptions): Promise<AsyncDisposable> {
  const { zone, listenTcp, bindUdp, log } = options;
  await using starting = new CleanupStack();
  const udp = await bindUdp(DNS_PORT);
  starting.defer(() => new Promise<void>((resolve) => udp.close(resolve)));
  udp.on("message", (bytes, { address, port }) => {
    const answer = answerQuery(zone, bytes, "udp");
    if (answer !== undefined) udp.send(answer, port, address);
  });
  udp.on("error", (err) => log.warn({ err }, "dns datagram failed"));
  const connections = new Set<Socket>();
  const server = await listenTcp(DNS_PORT);
  starting.defer(() => new Promise((resolve) => server.close(resolve)));
  starting.defer(() => {
    for (const socket of connections) socket.destroy();
  });
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    serveConnection(socket, zone);
  });
  return starting.move();
}

/** One question after the other, until the client has no more. RFC 7766 */
function serveConnection(socket: Socket, zone: Zone): void {
  let waiting = Buffer.alloc(0);
  // A client that breaks off is its own affair.
  socket.on("error", () => socket.destroy());
  socket.on("end", () => socket.end());
  socket.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + waiting.readUInt16BE(0);
      if (waiting.length < end) return;
      const answer = answerQuery(zone, waiting.subarray(LENGTH_BYTES, end), "tcp");
      waiting = waiting.subarray(end);
      if (answer !== undefined) socket.write(prefixDnsLength(answer));
    }
  });
}
