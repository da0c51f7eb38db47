import type { Socket } from "node:net";
import { connectTcp } from "../../kernel/socket-tcp.ts";
import type { ProbeAttempt, SocketAddress } from "../probe.ts";
import { failedAttempt, newProbeId, type ProbeAim, since, tokenLine } from "./attempt.ts";

/**
 * How long a server that took the connection may be silent before that counts as its answer. Servers of
 * podwire answer at once; others may wait to be spoken to in their own protocol.
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
    const body = await converse(socket, aim.options.body ?? tokenLine(id));
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

/** Sends `text` and reads the first thing that comes back, or the end, or silence; then closes in good order. */
function converse(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = "";
    const finish = (): void => {
      clearTimeout(silence);
      // Both ends say FIN, so that a capture shows a whole connection.
      socket.end();
      // A server that never says its own must not hold the descriptor for ever.
      socket.setTimeout(LINGER_MS, () => socket.destroy());
      resolve(body);
    };
    const silence = setTimeout(finish, SILENCE_MS);
    socket.on("data", (chunk: Buffer) => {
      if (body.length < MAX_BODY_BYTES) body += chunk.toString("utf8");
      if (body.length >= text.length) finish();
    });
    socket.on("end", finish);
    socket.on("error", (error) => {
      clearTimeout(silence);
      reject(error);
    });
    socket.write(text);
  });
}
