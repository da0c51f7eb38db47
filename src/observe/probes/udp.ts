import type { Socket } from "node:dgram";
import { SocketError, socketError } from "../../kernel/sockets/socket-error.ts";
import { sourceTowards, udpSocket } from "../../kernel/sockets/udp.ts";
import { familyOf, formatSocketAddress, ipAddress } from "../../net/ip-address.ts";
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
    const { address, port } = aim;
    return {
      ok: true,
      latencyMs,
      // The socket is bound to no address; the routes say from which it sent.
      local: { ...local, address: await sourceTowards(aim.netns, { address, port }) },
      ...(body !== tokenLine(id) && { body }),
      ...(serverSaw && { serverSaw }),
    };
  } catch (error) {
    return failedAttempt(error, startedAt);
  }
}

/** Of an attempt's surroundings, those that an exchange of datagrams needs. */
export type ExchangeAim = Pick<
  ProbeAim,
  "netns" | "address" | "port" | "options" | "timeoutMs" | "signal"
>;

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
  { netns, address, port, options: { sourcePort }, timeoutMs, signal }: ExchangeAim,
  datagram: Uint8Array,
): Promise<Exchange> {
  const operation = `send UDP to ${formatSocketAddress(address, port)} from netns ${netns.name}`;
  const family = familyOf(address) === "ipv4" ? "0.0.0.0" : "::";
  return new Promise((resolve, reject) => {
    const socket: Socket = udpSocket(netns, {
      address: ipAddress(family),
      ...(sourcePort !== undefined && { port: sourcePort }),
      onIcmpError: (queued) => settle(() => reject(socketError(operation, queued))),
    });
    const abort = (): void => settle(() => reject(signal.reason));
    const timer = setTimeout(
      () => settle(() => reject(new SocketError(operation, "timed out"))),
      timeoutMs,
    );
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.close();
      finish();
    };
    signal.addEventListener("abort", abort);
    socket.on("message", (answer, from) => {
      // An answer from elsewhere is none: a client that connected its socket would not get it either.
      if (from.address !== address || from.port !== port) return;
      const local = { address: socket.address().address, port: socket.address().port };
      settle(() => resolve({ answer, local }));
    });
    socket.send(datagram, port, address, (error) => {
      if (error === null) return;
      const errno = "errno" in error ? Math.abs(Number(error.errno)) : undefined;
      settle(() => reject(new SocketError(operation, "not sent", { errno })));
    });
  });
}
