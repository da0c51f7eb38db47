/** Answers the control socket: builds the lab when it is told of what, and then does what it is asked. */
import pino from "pino";
import type { SandboxInside } from "../../kernel/sandbox-init.ts";
import { peerCredentials } from "../../kernel/socket-credentials.ts";
import { createControlServer } from "../control-server.ts";
import { labHandlers } from "./handlers.ts";

/** @throws Error when the sandbox has no control socket. */
export async function serveLab({
  control,
  hostPid,
  listenerFds: [apiListenerFd],
}: SandboxInside): Promise<void> {
  const socket = await control;
  if (socket === undefined)
    throw new Error("a lab without a control socket cannot be told of what it is made");
  const { name } = socket;
  const log = pino(
    { level: process.env["PODWIRE_LOG"] ?? "silent", base: { lab: name } },
    pino.destination({ fd: 2, sync: true }),
  );
  const server = createControlServer({
    handlers: labHandlers({ name, hostPid, log, apiListenerFd }),
    // An abstract socket has no permissions: only its user and root may ask.
    isAllowed: (caller) => {
      const { uid } = peerCredentials(descriptorOf(caller));
      return uid === process.getuid?.() || uid === 0;
    },
    onError: (err) => log.error({ err }, "answer failed"),
  });
  socket.answer((caller) => server.emit("connection", caller));
}

/** Node keeps the descriptor of a socket in its handle and has no public name for it. */
function descriptorOf(socket: unknown): number {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd: number } };
  return handle?.fd ?? -1;
}
