import type { Socket } from "node:dgram";
import { type QueuedError, SocketError, socketError } from "../../kernel/socket-error.ts";
import { udpSocket } from "../../kernel/socket-udp.ts";
import { formatSocketAddress } from "../../net/ip-address.ts";
import type { ProbeAttempt } from "../probe.ts";
import { failedAttempt, newProbeId, type ProbeAim, since, tokenLine } from "./attempt.ts";

/** Sends one datagram and waits for one back. */
export async function probeUdp(aim: ProbeAim): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  const id = newProbeId();
  const text = aim.options.body ?? tokenLine(id);
  try {
    const { answer, local } = await exchange(aim, Buffer.from(text));
    const latencyMs = since(startedAt);
    const body = answer.toString("utf8");
    const serverSaw = aim.sightings.take(id);
    return {
      ok: true,
      latencyMs,
      local,
      ...(body !== tokenLine(id) && { body }),
      ...(serverSaw && { serverSaw }),
    };
  } catch (error) {
    return failedAttempt(error, startedAt);
  }
}

export interface Exchange {
  readonly answer: Buffer;
  readonly local: { readonly address: string; readonly port: number };
}

/**
 * One datagram there and one back; also what a DNS probe does.
 *
 * @throws SocketError when an ICMP error or nothing comes back.
 */
export function exchange(
  { netns, address, port, options: { sourcePort }, timeoutMs, signal }: ProbeAim,
  datagram: Uint8Array,
): Promise<Exchange> {
  const operation = `send UDP to ${formatSocketAddress(address, port)} from netns ${netns.name}`;
  return new Promise((resolve, reject) => {
    let refuse: (error: unknown) => void = reject;
    const onIcmpError = (queued: QueuedError): void => refuse(socketError(operation, queued));
    const socket: Socket = udpSocket(netns, {
      connectTo: { address, port },
      ...(sourcePort !== undefined && { port: sourcePort }),
      onIcmpError,
    });
    const timer = setTimeout(() => refuse(new SocketError(operation, "timed out")), timeoutMs);
    const abort = (): void => refuse(signal.reason);
    signal.addEventListener("abort", abort);
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.close();
    };
    refuse = (error) => {
      refuse = () => undefined;
      end();
      reject(error);
    };
    socket.once("message", (answer) => {
      const { address: localAddress, port: localPort } = socket.address();
      refuse = () => undefined;
      end();
      resolve({ answer, local: { address: localAddress, port: localPort } });
    });
    // The kernel has the peer's address already, since the socket is connected.
    socket.once("listening", () => socket.send(datagram, port, address));
  });
}
