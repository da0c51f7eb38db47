/** Answers the control socket: builds the lab when it is told of what, and then does what it is asked. */
import pino from "pino";
import type { SandboxInside } from "../../kernel/sandbox/sandbox-init.ts";
import { peerCredentials } from "../../kernel/sockets/peer-credentials.ts";
import { createControlServer } from "../control/control-server.ts";
import { labHandlers } from "./handlers/handlers.ts";
import { LabLog } from "./lab-log.ts";

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
  const labLog = new LabLog();
  const log = newLog(name, labLog);
  const server = createControlServer({
    handlers: labHandlers({ name, hostPid, log, labLog, apiListenerFd }),
    // An abstract socket has no permissions: only its user and root may ask.
    isAllowed: (caller) => {
      const fd = descriptorOf(caller);
      // It has gone already.
      if (fd === undefined) return false;
      const { uid } = peerCredentials(fd);
      return uid === process.getuid?.() || uid === 0;
    },
    onError: (err) => log.error({ err }, "answer failed"),
  });
  socket.answer((caller) => server.emit("connection", caller));
}

/** To standard error what PODWIRE_LOG asks for; for `podwire logs` all down to `debug`, and finer where that is asked for. */
function newLog(lab: string, labLog: LabLog): pino.Logger {
  const wanted = process.env["PODWIRE_LOG"] ?? "silent";
  const level = wanted === "trace" ? "trace" : "debug";
  const kept = { level, stream: labLog } as const;
  const shown = isLevel(wanted)
    ? [{ level: wanted, stream: pino.destination({ fd: 2, sync: true }) }]
    : [];
  return pino({ level, base: { lab } }, pino.multistream([kept, ...shown]));
}

function isLevel(word: string): word is pino.Level {
  return Object.hasOwn(pino.levels.values, word);
}

/** Node keeps the descriptor of a socket in its handle and has no public name for it. */
function descriptorOf(socket: unknown): number | undefined {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd: number } | null };
  return handle?.fd;
}
