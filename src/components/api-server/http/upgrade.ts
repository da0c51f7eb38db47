/** Requests that turn their connection into something else than HTTP: what exec, attach and port-forward are made of. */
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ApiError } from "../../../api/api-error.ts";
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
