/** The lab's control socket as the inside gets it from its launcher, who made it in the host's netns. */
import type { Server, Socket } from "node:net";
import type { NameMessage } from "./sandbox-protocol.ts";

export class ControlSocket {
  /** The lab's. */
  readonly name: string;
  /** Callers that came before there was anybody to answer them. */
  #waiting: Socket[] = [];
  #answer: ((socket: Socket) => void) | undefined;

  private constructor(name: string, server: Server) {
    this.name = name;
    // It listens already.
    server.on("connection", (socket) => {
      // A caller may go as it likes, also by a reset; the socket closes itself.
      socket.on("error", () => undefined);
      if (this.#answer === undefined) this.#waiting.push(socket);
      else this.#answer(socket);
    });
  }

  /** Resolves when the launcher has sent it. To be called before the launcher is told that all is set up. */
  static received(): Promise<ControlSocket> {
    return new Promise((resolve) => {
      process.once("message", (message, server) => {
        // The launcher is this same program, and sends nothing else.
        resolve(new ControlSocket((message as NameMessage).name, server as Server));
      });
    });
  }

  /** From now on `onCaller` has all callers, also those that still wait. */
  answer(onCaller: (socket: Socket) => void): void {
    this.#answer = onCaller;
    for (const socket of this.#waiting) if (!socket.destroyed) onCaller(socket);
    this.#waiting = [];
  }
}
