import { PingSocket } from "../../kernel/sockets/ping-socket.ts";
import { familyOf } from "../../net/ip-address.ts";
import type { ProbeAttempt } from "../probe.ts";
import { failedAttempt, type ProbeAim } from "./attempt.ts";

/** One ICMP echo. */
export async function probePing({
  netns,
  address,
  options: { sizeBytes, dontFragment },
  timeoutMs,
  signal,
}: ProbeAim): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  try {
    using socket = PingSocket.open(netns, familyOf(address));
    const outcome = await socket.echo({
      to: address,
      timeoutMs,
      signal,
      ...(sizeBytes !== undefined && { sizeBytes }),
      ...(dontFragment !== undefined && { dontFragment }),
    });
    if (outcome.type === "failure") throw outcome.error;
    const { rttMs, ttl } = outcome;
    return { ok: true, latencyMs: rttMs, ...(ttl !== undefined && { ttl }) };
  } catch (error) {
    return failedAttempt(error, startedAt);
  }
}
