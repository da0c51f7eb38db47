import { type EchoOutcome, PingSocket } from "../../kernel/sockets/ping-socket.ts";
import { familyOf } from "../../net/ip-address.ts";
import type { Hop, ProbeAttempt } from "../probe.ts";
import { failedAttempt, type ProbeAim, since } from "./attempt.ts";

/** As traceroute(8). */
const MAX_HOPS = 30;
/** A hop that says nothing says so quickly here: no wire is longer than this machine. */
const HOP_TIMEOUT_MS = 500;

/**
 * Echo requests with a TTL of 1, 2, 3…, until the target itself answers or
 * somebody says that it cannot be reached. One at a time, so that a capture reads like the path.
 */
export async function probeTraceroute({
  netns,
  address,
  options: { maxHops = MAX_HOPS },
  timeoutMs,
  signal,
}: ProbeAim): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  const hops: Hop[] = [];
  const tooLate = (message: string): ProbeAttempt => {
    return { ok: false, latencyMs: since(startedAt), reason: "timed out", message, hops };
  };
  try {
    using socket = PingSocket.open(netns, familyOf(address));
    for (let ttl = 1; ttl <= maxHops; ttl++) {
      const leftMs = timeoutMs - since(startedAt);
      // A timer counts whole milliseconds, and may be that much early.
      if (leftMs < 2) return tooLate(`${address} has not answered within ${timeoutMs} ms`);
      const hopTimeoutMs = Math.min(Math.ceil(leftMs), HOP_TIMEOUT_MS);
      const outcome = await socket.echo({ to: address, ttl, timeoutMs: hopTimeoutMs, signal });
      hops.push(hopOf(ttl, outcome));
      if (outcome.type === "reply") return { ok: true, latencyMs: since(startedAt), hops };
      const { reason } = outcome.error;
      if (reason !== "time exceeded" && reason !== "timed out") throw outcome.error;
    }
    return tooLate(`${address} is more than ${maxHops} ${maxHops === 1 ? "hop" : "hops"} away`);
  } catch (error) {
    return { ...failedAttempt(error, startedAt), hops };
  }
}

function hopOf(ttl: number, outcome: EchoOutcome): Hop {
  const address = outcome.type === "reply" ? outcome.from : outcome.error.icmp?.from;
  return address === undefined ? { ttl } : { ttl, address, rttMs: outcome.rttMs };
}
