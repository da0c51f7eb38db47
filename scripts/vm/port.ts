/** One of the guest's ports: a Unix socket to which QEMU connects. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

export class Port {
  readonly file: string;
  #received = 0;
  #onReceived: () => void = () => undefined;
  readonly #server: Server;
  readonly #socket: Promise<Socket>;

  private constructor(file: string, server: Server) {
    this.file = file;
    this.#server = server;
    this.#socket = once(server, "connection").then(([socket]) => socket as Socket);
    // A machine that does not start never connects: that is told by its end.
    this.#socket.catch(() => undefined);
  }

  static async listen(file: string): Promise<Port> {
    // Half open, because the end of our input must not end the port: QEMU would drop what is on its way.
    const server = createServer({ allowHalfOpen: true }).listen(file);
    await once(server, "listening");
    return new Port(file, server);
  }

  /** Resolves when QEMU has connected. */
  async socket(): Promise<Socket> {
    return this.#socket;
  }

  /** Hands on every chunk that arrives, no faster than `consume` resolves. */
  async receive(consume: (chunk: Buffer) => void | Promise<void>): Promise<void> {
    const socket = await this.#socket;
    socket.on("error", () => undefined);
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        await consume(chunk);
        this.#received += chunk.length;
        this.#onReceived();
      }
    } catch (error) {
      // A machine that is ended from outside resets what it was connected to.
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

  close(): void {
    this.#server.close();
    void this.#socket.then((socket) => socket.destroy());
  }
}
