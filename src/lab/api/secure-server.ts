/** HTTPS with no more patience than it needs: who says nothing, or stops in the middle, does not hold a connection for ever. */
import { createServer, type Server } from "node:https";
import type { SecureContextOptions } from "node:tls";

/** All in milliseconds. */
export interface Patience {
  readonly handshake: number;
  /** From the connection, or the end of the answer before, until the head of a request has come whole. */
  readonly head: number;
  /** Until its body has as well. How long an answer takes is the server's business: a watch lasts. */
  readonly request: number;
  /** Between two requests. */
  readonly idle: number;
  /** How often is looked who has used up theirs. */
  readonly look: number;
}

const defaultPatience: Patience = {
  // A thousand that come at once take a busy machine some time.
  handshake: 30_000,
  head: 30_000,
  request: 60_000,
  idle: 120_000,
  look: 5_000,
};

/** @param secure who the server is, and whose certificates of clients it believes. */
export function secureServer(
  secure: SecureContextOptions,
  patience: Patience = defaultPatience,
): Server {
  const server = createServer({
    ...secure,
    // Who has no certificate may have a token.
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: patience.handshake,
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    keepAliveTimeout: patience.idle,
    connectionsCheckingInterval: patience.look,
  });
  // Whose connection dies silently is missed at last, and with it its watch.
  server.on("secureConnection", (socket) => socket.setKeepAlive(true, 30_000));
  // Garbage in place of a handshake concerns nobody else.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("clientError", (_error, socket) => socket.destroy());
  return server;
}
