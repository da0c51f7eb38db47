import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { answerHttp } from "./netexec.ts";
import { probeHeader } from "./probe-token.ts";
import { bearWitness, endsOf, type Serving, sayWhoAsked } from "./serving.ts";

/**
 * One for the whole process: it never listens, it is handed connections. No
 * timeouts, as with agnhost's; a connection lasts as long as its client wants.
 */
const server = createServer(
  { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 },
  (request, response) => {
    // The answer comes after the body, so that a big one is never cut off by a close.
    request.on("end", () => reply(request, response));
    request.resume();
  },
);

const servingBySocket = new WeakMap<Socket, Serving>();

/** Serves HTTP/1 on an accepted connection whose first bytes were put back. */
export function speakHttp(socket: Socket, serving: Serving): void {
  servingBySocket.set(socket, serving);
  server.emit("connection", socket);
}

function reply(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  const serving = servingBySocket.get(socket);
  if (serving === undefined || socket.destroyed) return;
  const ends = endsOf(socket);
  const headers = pairs(request.rawHeaders);
  const ids = headers.flatMap(([name, id]) => (name.toLowerCase() === probeHeader ? [id] : []));
  bearWitness(serving, "http", ids, ends);
  sayWhoAsked(serving, `${request.method} ${request.url}`, ends.source);
  const answer = answerHttp({
    target: request.url ?? "/",
    headers,
    client: ends.source,
    serverPort: serving.port,
    hostname: serving.identity.hostname,
    nowMs: serving.now(),
  });
  if (answer.type === "exit") {
    serving.exit(answer.exitCode);
    return;
  }
  response.writeHead(answer.status, {
    "Content-Type": "text/plain; charset=utf-8",
    ...(answer.location !== undefined && { Location: answer.location }),
  });
  response.end(answer.body);
}

/** Node gives headers as `name, value, name, value`, in the order and the spelling in which they came. */
function pairs(rawHeaders: readonly string[]): ReadonlyArray<readonly [string, string]> {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
  );
}
