/**
 * Sockets that the launcher opens for the inside. A socket stays in the netns in
 * which it was made, so through these the host reaches a sandbox that has no
 * network connection to it.
 */
import { createServer, type ListenOptions, type Server } from "node:net";
import { isLabName, labNameRule } from "../../base/lab-name.ts";
import { HostError } from "../../base/podwire-error.ts";
import { labSocketPath } from "./lab-socket.ts";

export interface TcpEndpoint {
  readonly host: string;
  readonly port: number;
}

/** @throws HostError HOST_LAB_RUNNING when the name is taken. */
export async function listenAsLab(name: string): Promise<Server> {
  if (!isLabName(name)) {
    throw new HostError("HOST_SANDBOX", `lab name ${JSON.stringify(name)}: ${labNameRule}`);
  }
  try {
    return await listen({ path: labSocketPath({ uid: process.getuid?.() ?? 0, name }) });
  } catch (error) {
    if (!isAddressInUse(error)) throw error;
    throw new HostError("HOST_LAB_RUNNING", `lab ${name}: already running`, {
      hint: `end it with \`podwire down ${name}\`, or give the new one another name`,
      cause: error,
    });
  }
}

/** @throws HostError when the port is taken. */
export async function listenOnTcp({ host, port }: TcpEndpoint): Promise<Server> {
  try {
    return await listen({ host, port });
  } catch (error) {
    if (!isAddressInUse(error)) throw error;
    throw new HostError("HOST_SANDBOX", `${host}:${port}: in use by another program`, {
      hint: "choose another port, or 0 for any free one",
      cause: error,
    });
  }
}

export function closeAll(servers: readonly Server[]): void {
  for (const server of servers) server.close();
}

function listen(options: ListenOptions): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, () => resolve(server));
  });
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
