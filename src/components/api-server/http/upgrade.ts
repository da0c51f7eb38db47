/** Requests that turn their connection into something else than HTTP: what exec, attach and port-forward are made of. */
import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { ApiError } from "../../../api/errors/api-error.ts";
import { answerError, respond } from "./respond.ts";

export interface Upgrade {
  readonly request: IncomingMessage;
  /** From the first byte behind the request's head on; whoever takes it answers, and ends it. */
  readonly socket: Socket;
  /** What has arrived of it already. */
  readonly head: Buffer;
}

/** Answers as to any other request, and ends the connection. */
export async function refuseUpgrade({ request, socket }: Upgrade, error: ApiError): Promise<void> {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on("finish", () => socket.destroySoon());
  await respond(response, answerError(error), "json");
}

/**
 * Has `server` read the request once more, as one that asks for no other protocol: Node hands over every
 * connection whose client asks, and for most of what there is the wish is to be ignored (RFC 9110 section 7.8).
 */
export function ignoreUpgrade(server: Server, { request, socket, head }: Upgrade): void {
  socket.unshift(Buffer.concat([Buffer.from(formatHead(request), "latin1"), head]));
  // What Node's own servers of HTTP and HTTPS take connections from.
  server.emit(socket instanceof TLSSocket ? "secureConnection" : "connection", socket);
}

function formatHead({ method = "", url = "", httpVersion, rawHeaders }: IncomingMessage): string {
  const lines: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const kept = name.toLowerCase() === "connection" ? withoutUpgrade(value) : value;
    if (name.toLowerCase() !== "upgrade" && kept !== "") lines.push(`${name}: ${kept}\r\n`);
  }
  return `${method} ${url} HTTP/${httpVersion}\r\n${lines.join("")}\r\n`;
}

/** `close` of `Upgrade, close`. */
function withoutUpgrade(connection: string): string {
  return connection
    .split(",")
    .map((option) => option.trim())
    .filter((option) => option.toLowerCase() !== "upgrade")
    .join(", ");
}
