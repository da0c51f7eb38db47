/** HTTP to a server in a netns whose answer goes on and on, a line at a time. */
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import type { SocketAddress } from "../../wire/socket/socket-address.ts";
import type { Netns } from "../netns.ts";
import { connectTcp } from "./tcp.ts";

export interface LinesRequest {
  readonly to: SocketAddress;
  readonly path: string;
  readonly json: string;
  /** To be connected; the answer may take as long as it likes. */
  readonly connectTimeoutMs: number;
}

/**
 * Posts JSON and hands on each line of the answer. Resolves when it ends, however it ends.
 *
 * @throws SocketError when it does not come to a connection; the signal's reason when it aborts.
 */
export async function followLines(
  netns: Netns,
  { to, path, json, connectTimeoutMs }: LinesRequest,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const socket = await connectTcp(netns, { to, timeoutMs: connectTimeoutMs, signal });
  const request = httpRequest({
    createConnection: () => socket,
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
  });
  const end = (): void => void request.destroy();
  signal.addEventListener("abort", end);
  try {
    request.end(json);
    const [response] = (await once(request, "response", { signal })) as [IncomingMessage];
    response.on("error", () => undefined);
    const lines = createInterface({ input: response }).on("line", onLine);
    await once(lines, "close");
  } finally {
    signal.removeEventListener("abort", end);
    request.on("error", () => undefined);
    request.destroy();
  }
}
