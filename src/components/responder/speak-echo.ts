import type { Socket } from "node:net";
import { ProbeTokenScanner } from "./probe-token.ts";
import { bearWitness, endsOf, type Serving, sayWhoAsked } from "./serving.ts";

/** Sends back what comes, at the pace at which the client takes it, and ends when the client has ended. */
export function speakEcho(socket: Socket, first: Buffer, serving: Serving): void {
  const ends = endsOf(socket);
  sayWhoAsked(serving, "TCP connection", ends.source);
  const scanner = new ProbeTokenScanner();
  const look = (chunk: Buffer): void => {
    bearWitness(serving, "tcp", scanner.push(chunk), ends);
  };
  look(first);
  if (socket.readableEnded) {
    socket.end(first);
    return;
  }
  if (first.length > 0) socket.write(first);
  socket.on("data", look);
  socket.pipe(socket);
}
