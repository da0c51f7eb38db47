/** An HTTP server of kube-proxy's: what it answers depends on the path alone. */
import { createServer, type Server } from "node:http";
import type { Logger } from "pino";
import type { IpAddress } from "../../../net/ip-address.ts";
import type { HealthResponse } from "./service-health.ts";

/** Lets a server listen in the node's netns; throws when the port is taken. */
export type Listen = (
  server: Server,
  at: { readonly address: IpAddress; readonly port: number },
) => void;

export type Handler = (path: string) => HealthResponse;

/** Undefined when it cannot listen there; why is logged. */
export function serve(
  at: Parameters<Listen>[1],
  handler: Handler,
  { listen, log }: { readonly listen: Listen; readonly log: Logger },
): Server | undefined {
  const server = createServer((request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    const { status, headers, body } = handler(path);
    response.writeHead(status, headers).end(body);
  });
  try {
    listen(server, at);
    return server;
  } catch (err) {
    log.warn({ err, ...at }, "health server cannot listen");
    return undefined;
  }
}

/** Hangs up on whoever is connected. */
export function endServer(server: Server): void {
  server.close();
  server.closeAllConnections();
}

export const notFound: HealthResponse = {
  status: 404,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body: "404 page not found\n",
};

export function plainText(body: string): HealthResponse {
  return { status: 200, headers: { "Content-Type": "text/plain; charset=utf-8" }, body };
}
