import type { Socket } from "node:net";
import type { ProbeAttempt, Transfer } from "../probe.ts";
import { failedAttempt, newProbeId, type ProbeAim, since } from "./attempt.ts";
import { connect, localEnd } from "./tcp.ts";

const DURATION_MS = 1_000;
/** Of zeros, sent over and over. */
const chunk = Buffer.alloc(64 * 1024);
/** Of what a server that is not ours may say in place of a number. */
const MAX_LINE_BYTES = 256;

/**
 * Sends over one TCP connection as much as it takes, while podwire's responder tells how much has
 * arrived. Both ends share this process: the figure compares wires of one machine, and is not what
 * two machines would do.
 */
export async function probeThroughput(aim: ProbeAim): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  const { durationMs = DURATION_MS } = aim.options;
  const id = newProbeId();
  try {
    const socket = await connect(aim);
    const latencyMs = since(startedAt);
    const local = localEnd(socket);
    const transfer = await send(socket, id, durationMs);
    const serverSaw = aim.sightings.take(id);
    const common = { latencyMs, local, ...(serverSaw && { serverSaw }) };
    if (transfer !== undefined) return { ok: true, ...common, transfer };
    const message = "nobody there counts what arrives, as podwire's responder does";
    return { ok: false, reason: "bad answer", message, ...common };
  } catch (error) {
    return failedAttempt(error, startedAt);
  }
}

/** What has arrived when the time is up. Undefined when the server has said nothing of the kind. */
function send(socket: Socket, id: string, durationMs: number): Promise<Transfer | undefined> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let said = "";
    let arrived: Transfer | undefined;
    const finish = (): void => {
      clearTimeout(timeIsUp);
      // What is still on its way counts no more, and a slow wire would take seconds to carry it.
      socket.resetAndDestroy();
      resolve(arrived);
    };
    const timeIsUp = setTimeout(finish, durationMs);
    socket.on("data", (data: Buffer) => {
      said += data.toString("latin1");
      const bytes = /(?:^|\n)(\d+)\n$/.exec(said)?.[1];
      said = said.slice(-MAX_LINE_BYTES);
      if (bytes !== undefined) arrived = transferOf(Number(bytes), since(startedAt) / 1_000);
    });
    socket.on("end", finish);
    socket.on("error", (error) => {
      clearTimeout(timeIsUp);
      reject(error);
    });
    socket.write(`podwire-discard ${id}\n`);
    pump(socket);
  });
}

function transferOf(bytes: number, seconds: number): Transfer {
  return { bytes, seconds, bitsPerSecond: (bytes * 8) / seconds };
}

/** Keeps the socket's buffer full as long as it takes anything. */
function pump(socket: Socket): void {
  const fill = (): void => {
    while (socket.writable && socket.write(chunk));
  };
  socket.on("drain", fill);
  fill();
}
