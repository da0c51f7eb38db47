import type { Socket } from "node:net";
import { classify } from "./first-bytes.ts";
import type { Serving } from "./serving.ts";
import { speakDiscard } from "./speak-discard.ts";
import { speakEcho } from "./speak-echo.ts";
import { speakHttp } from "./speak-http.ts";
import { speakHttp2 } from "./speak-http2.ts";

/**
 * After this long the first bytes of a method are no method: a person typed
 * `P` into netcat and wants it back.
 */
const undecidedMs = 200;

/** Takes over an accepted socket, finds out what its client speaks and speaks it. */
export function serveConnection(socket: Socket, serving: Serving): void {
  // A client may shut down its side and still wait for the answer.
  socket.allowHalfOpen = true;
  // A reset is a client's way to leave. The socket closes itself.
  socket.on("error", () => undefined);
  let first: Buffer = Buffer.alloc(0);
  let undecided: NodeJS.Timeout | undefined;

  const decide = (spoken = classify(first)): void => {
    if (spoken === undefined) {
      undecided ??= setTimeout(() => decide("echo"), undecidedMs);
      return;
    }
    stopListening();
    if (spoken === "echo") speakEcho(socket, first, serving);
    else if (spoken === "discard") speakDiscard(socket, first, serving);
    else {
      socket.unshift(first);
      if (spoken === "http") speakHttp(socket, serving);
      else speakHttp2(socket, serving);
    }
  };
  const onReadable = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
    decide();
  };
  const onEnd = (): void => decide("echo");
  const stopListening = (): void => {
    clearTimeout(undecided);
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    socket.off("close", stopListening);
  };
  socket.on("readable", onReadable);
  socket.on("end", onEnd);
  socket.on("close", stopListening);
}
