/** What a client is told when etcd does not do what the API server wants of it: the words of a real one, which passes etcd's client's on. */
import { ApiError } from "../../api/errors/api-error.ts";
import type { Unreachable } from "./transport.ts";

const messages: Readonly<Record<Exclude<Unreachable, "timed out">, string>> = {
  refused:
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"',
  reset: "rpc error: code = Unavailable desc = error reading from server: EOF",
};

export function unreachable(why: Unreachable): ApiError {
  return why === "timed out"
    ? new ApiError(
        "Timeout",
        "Timeout: request did not complete within requested timeout - context deadline exceeded",
      )
    : new ApiError("Unknown", messages[why]);
}

/** etcd is there and refuses. */
export function refusedBy(message: string): ApiError {
  return new ApiError("Unknown", message);
}
