/**
 * A TCP socket that listens in the netns of whoever opened it, handed down into the sandbox: nobody in here could open
 * it anew. So it is kept, and only stops listening when its server ends, to listen again for the next.
 */
import { once } from "node:events";
import type { Server } from "node:net";
import { ipAddress } from "../../net/ip-address.ts";
import { encodeSocketAddress } from "../../wire/socket/socket-address.ts";
import { EINVAL } from "../errno.ts";
import { libcFunction, orThrow } from "../libc.ts";
import { SO_REUSEADDR, SOL_SOCKET, setOption } from "./socket.ts";

/** On a listening socket it is the end of listening: tcp_disconnect. */
const SHUT_RD = 0;
const LOOPBACK = ipAddress("127.0.0.1");

const duplicate = libcFunction<[fd: number]>("int dup(int fd)");
const shutdown = libcFunction<[fd: number, how: number]>("int shutdown(int fd, int how)");
const bind = libcFunction<[fd: number, address: Uint8Array, length: number]>(
  "int bind(int fd, const void *address, uint length)",
);

export class HandedListener {
  readonly #fd: number;
  #port: number | undefined;

  /** The descriptor is the listener's own from here on, and stays open as long as the process. */
  constructor(fd: number) {
    this.#fd = fd;
    // Connections, which inherit it, linger on the port when their server has ended.
    setOption("keep the port", fd, [SOL_SOCKET, SO_REUSEADDR], 1);
  }

  /**
   * Resolves with the port when `server` listens, on the port it had before.
   *
   * @throws KernelError EADDRINUSE when another program has taken it meanwhile.
   */
  async listen(server: Server): Promise<number> {
    if (this.#port !== undefined) this.#bindAgain(this.#port);
    // The server closes its descriptor with itself.
    server.listen({ fd: duplicate("keep the listener", this.#fd) });
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    this.#port = port;
    return port;
  }

  /** Connections are refused from now on. The server has been closed. */
  refuse(): void {
    shutdown("end listening", this.#fd, SHUT_RD);
  }

  /** The kernel gave the port by itself, and took it back when the socket ceased to listen. */
  #bindAgain(port: number): void {
    const address = encodeSocketAddress({ address: LOOPBACK, port });
    const result = bind.raw(this.#fd, address, address.byteLength);
    // EINVAL: it is bound still.
    if (result !== -EINVAL) orThrow(result, `listen on 127.0.0.1:${port} again`);
  }
}
