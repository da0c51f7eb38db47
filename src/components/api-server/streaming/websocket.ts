/** WebSockets of clients that upgrade: the handshake, and a WebSocket as a stream of bytes. */
import { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Upgrade } from "../http/upgrade.ts";

/** kubectl's messages have 32 KiB at most; others' may be somewhat longer, and none need all our memory. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Answers the client's handshake with the subprotocol, one of those it offers. */
export function acceptWebSocket(
  { request, socket, head }: Upgrade,
  protocol: string,
): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: () => protocol,
  });
  return new Promise((resolve, reject) => {
    socket.once("close", () => reject(new Error("the client hung up")));
    server.handleUpgrade(request, socket, head, (webSocket) => {
      // Whoever uses it hears of it by its end.
      webSocket.on("error", () => undefined);
      resolve(webSocket);
    });
  });
}

export function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/** The messages' bytes, one after the other: where a message ends means nothing. */
export function webSocketBytes(webSocket: WebSocket): Duplex {
  const bytes = new Duplex({
    read: () => webSocket.resume(),
    write: (chunk: Buffer, _encoding, done) => webSocket.send(chunk, done),
    final: (done) => {
      webSocket.close();
      done();
    },
    destroy: (error, done) => {
      webSocket.terminate();
      done(error);
    },
  });
  webSocket.on("message", (data) => {
    if (!bytes.push(bytesOf(data))) webSocket.pause();
  });
  webSocket.on("close", () => {
    bytes.push(null);
  });
  return bytes;
}
