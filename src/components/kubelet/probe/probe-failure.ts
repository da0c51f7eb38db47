/** Why a probe failed, in the words of Go's libraries, which is what people search for. */
import { formatSocketAddress } from "../../../net/ip-address.ts";
import type { ProbeTarget } from "./probe-target.ts";

type Networked = Exclude<ProbeTarget, { readonly type: "exec" | "impossible" }>;

/** @param error what connecting or talking ended with. */
export function describeFailure(target: Networked, timeoutMs: number, error: unknown): string {
  const where = formatSocketAddress(target.address, target.port);
  const reason = reasonOf(error);
  const isTimeout = reason === "timed out";
  switch (target.type) {
    case "tcp":
      return isTimeout ? `dial tcp ${where}: i/o timeout` : dial(where, reason);
    case "http": {
      const why = isTimeout
        ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        : dial(where, reason);
      return `Get "${target.scheme}://${where}${target.path}": ${why}`;
    }
    case "grpc":
      return isTimeout
        ? `timeout: failed to connect service "${where}" within ${timeoutMs / 1_000}s: context deadline exceeded`
        : `error: failed to connect service at "${where}": ${dial(where, reason)}`;
  }
}

function dial(where: string, reason: string): string {
  return `dial tcp ${where}: connect: ${reason}`;
}

/** The words of strerror(3) for what the kernel floor and Node call otherwise. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError" || error.name === "AbortError") return "timed out";
  const known = ("reason" in error && error.reason) || ("code" in error && error.code);
  switch (known) {
    case "timed out":
    case "ETIMEDOUT":
      return "timed out";
    case "refused":
    case "ECONNREFUSED":
      return "connection refused";
    case "reset":
    case "ECONNRESET":
      return "connection reset by peer";
    case "unreachable":
    case "EHOSTUNREACH":
      return "no route to host";
    case "not sent":
    case "ENETUNREACH":
      return "network is unreachable";
    default:
      return error.message;
  }
}
