import type { Socket } from "node:net";
import { Deadline } from "../../base/deadline.ts";
import { connectTcp } from "../../kernel/sockets/tcp.ts";
import type { ProbeAttempt, SocketAddress } from "../probe.ts";
import { failedAttempt, newProbeId, type ProbeAim, since, tokenLine } from "./attempt.ts";

/**
 * How long a server that took the connection may be silent before it is told that this was all. That is no time in which
 * it has to answer: what it says afterwards counts as well, and a busy machine may take longer.
 */
const SILENCE_MS = 200;
/** How long the other end has to close as well. */
const LINGER_MS = 1_000;
/** Of what the server says. */
const MAX_BODY_BYTES = 4_096;

/** Connects, says who it is, and hears what comes back. Latency is that of the handshake. */
export async function probeTcp(aim: ProbeAim): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  const id = newProbeId();
  try {
    const socket = await connect(aim);
    const latencyMs = since(startedAt);
    const local = localEnd(socket);
    const body = await converse(socket, aim.options.body ?? tokenLine(id), aim);
    const serverSaw = aim.sightings.take(id);
    return { ok: true, latencyMs, local, ...heard(body, id), ...(serverSaw && { serverSaw }) };
  } catch (error) {
    return failedAttempt(error, startedAt);
  }
}

/** The connection of a TCP or HTTP probe. */
export function connect({
  netns,
  address,
  port,
  options,
  timeoutMs,
  signal,
}: ProbeAim): Promise<Socket> {
  const { sourcePort } = options;
  return connectTcp(netns, {
    to: { address, port },
    ...(sourcePort !== undefined && { from: { port: sourcePort } }),
    timeoutMs,
    signal,
    allowHalfOpen: true,
  });
}

export function localEnd({ localAddress = "", localPort = 0 }: Socket): SocketAddress {
  return { address: localAddress, port: localPort };
}

/** What the server said, unless it was our own words. */
function heard(body: string, id: string): Pick<ProbeAttempt, "body"> {
  return body === "" || body === tokenLine(id) ? {} : { body };
}

/**
 * Sends `text` and reads as much as that back, or all until the server ends; then closes in good order. A server that
 * waits to be spoken to in its own protocol ends when it hears that no more will come; one that does not even then has
 * taken the connection all the same.
 */
function converse(socket: Socket, text: string, { timeoutMs, signal }: ProbeAim): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = "";
    let patience: Deadline | undefined;
    const leave = (): void => {
      clearTimeout(silence);
      patience?.[Symbol.dispose]();
      signal.removeEventListener("abort", stop);
      // Both ends say FIN, so that a capture shows a whole connection.
      socket.end();
      // What comes now is nobody's; and a server that never says its own must not hold the descriptor for ever.
      socket.removeAllListeners("data").resume();
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    };
    const finish = (): void => {
      leave();
      resolve(body);
    };
    const fail = (error: unknown): void => {
      leave();
      reject(error);
    };
    const stop = (): void => fail(signal.reason);
    const insist = (): void => {
      socket.end();
      patience = new Deadline(timeoutMs, signal);
      patience.signal.addEventListener("abort", () => {
        if (patience?.isOver === true) finish();
      });
    };
    const silence = setTimeout(insist, SILENCE_MS);
    signal.addEventListener("abort", stop);
    socket.on("data", (chunk: Buffer) => {
      if (body.length < MAX_BODY_BYTES) body += chunk.toString("utf8");
      if (body.length >= text.length) finish();
    });
    socket.on("end", finish);
    // A server that has been told the end may leave in any way that it likes.
    socket.on("error", (error) => (patience === undefined ? fail(error) : finish()));
    socket.write(text);
  });
}
