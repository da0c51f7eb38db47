/** One of the guest's ports: our end of a socket whose other end QEMU has from its start. */
import { Socket } from "node:net";

export class Port {
  readonly socket: Socket;
  #received = 0;
  #onReceived: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    // The end of our input must not end the port: QEMU would drop what is on its way.
    socket.allowHalfOpen = true;
    // A machine that is ended from outside resets what it was connected to; its end is told elsewhere.
    socket.on("error", () => undefined);
  }

  /** @param stream of a child's descriptors, one that is a socket. */
  static of(stream: unknown): Port {
    if (stream instanceof Socket) return new Port(stream);
    throw new Error("a port is a socket");
  }

  /** Hands on every chunk that arrives, no faster than `consume` resolves. */
  async receive(consume: (chunk: Buffer) => void | Promise<void>): Promise<void> {
    try {
      for await (const chunk of this.socket as AsyncIterable<Buffer>) {
        await consume(chunk);
        this.#received += chunk.length;
        this.#onReceived();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    }
  }

  /** Resolves when that many bytes have come from the guest and have been consumed. */
  async hasReceived(bytes: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onReceived = () => {
        if (this.#received >= bytes) resolve();
      };
      this.#onReceived();
    });
  }
}
