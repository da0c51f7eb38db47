import type { Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import type { Server, Socket } from "node:net";
import type { Logger } from "pino";
import { CleanupStack } from "../../base/cleanup-stack.ts";
import { PodwireError } from "../../base/podwire-error.ts";
import { answerDatagram } from "./answer-datagram.ts";
import { serveConnection } from "./connection.ts";
import { datagramDestination } from "./datagram-destination.ts";
import { probeIdsIn } from "./probe-token.ts";
import type { ResponderPort } from "./responder-ports.ts";
import { bearWitness, type Serving, sayWhoAsked, unmapped } from "./serving.ts";
import type { ServerIdentity, Witness } from "./witness.ts";

/** Two processes of one network namespace want the same port. */
export class PortTakenError extends PodwireError {
  readonly code = "RESPONDER_PORT_TAKEN";
  readonly exitCode = 1;
}

export interface ResponderOptions {
  readonly identity: ServerIdentity;
  readonly ports: readonly ResponderPort[];
  /** A server that listens, or is about to, made where the responder is to be reached. */
  readonly listenTcp: (port: number) => Server | Promise<Server>;
  /** A socket that is bound, or is about to be. */
  readonly bindUdp: (port: number) => DatagramSocket | Promise<DatagramSocket>;
  /** The machine's addresses besides loopback's: where a datagram to an unspecified socket may have been sent. */
  readonly ownAddresses?: () => readonly string[];
  readonly witness: Witness;
  readonly log: Logger;
  /** What a program would print: that it listens, and a line for each request. Without a newline. */
  readonly say?: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Serves HTTP, gRPC health checks, TCP echo and UDP echo on each port.
 *
 * @throws PortTakenError, with nothing left open, when a required port is taken.
 */
export async function startResponder(options: ResponderOptions): Promise<Responder> {
  // biome-ignore lint/nursery/useDisposables: the caller becomes the owner.
  const responder = new Responder(options);
  try {
    await responder.addPorts(options.ports);
  } catch (error) {
    await responder.end(1);
    throw error;
  }
  return responder;
}

/** A stand-in for one process. Disposing it ends the process as SIGTERM would: at once, with its connections. */
export class Responder implements AsyncDisposable {
  /** The exit code, once it has ended: by disposal, or because a client asked for `/exit`. */
  readonly exited: Promise<number>;
  readonly #options: ResponderOptions;
  readonly #open = new Set<string>();
  readonly #connections = new Set<Socket>();
  readonly #listening = new CleanupStack();
  #ending: Promise<void> | undefined;
  #resolveExited: (exitCode: number) => void = () => undefined;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
  }

  /** How many clients are connected by TCP. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /**
   * Opens those of `ports` that are not open yet.
   *
   * @throws PortTakenError; the ports before it in the list stay open.
   */
  async addPorts(ports: readonly ResponderPort[]): Promise<void> {
    for (const wanted of ports) {
      const key = `${wanted.port}/${wanted.protocol}`;
      if (this.#ending !== undefined || this.#open.has(key)) continue;
      this.#open.add(key);
      try {
        await (wanted.protocol === "TCP" ? this.#openTcp(wanted.port) : this.#openUdp(wanted.port));
      } catch (error) {
        this.#open.delete(key);
        this.#refuse(wanted, error);
      }
    }
  }

  /** Closes every port and connection. Safe to call twice. */
  end(exitCode: number): Promise<void> {
    this.#ending ??= this.#close().finally(() => this.#resolveExited(exitCode));
    return this.#ending;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end(0);
  }

  async #close(): Promise<void> {
    // The kernel sends a RST where something was left unread and a FIN elsewhere, as for a killed process.
    for (const socket of this.#connections) socket.destroy();
    await this.#listening[Symbol.asyncDispose]();
    for (const socket of this.#connections) socket.destroy();
  }

  async #openTcp(port: number): Promise<void> {
    const serving = this.#serving(port);
    const server = await this.#options.listenTcp(port);
    this.#listening.defer(() => new Promise((resolve) => server.close(resolve)));
    server.on("connection", (socket) => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
      serveConnection(socket, serving);
    });
    if (!server.listening) await once(server, "listening");
    serving.say(`listening on port ${port}/TCP`);
    server.on("error", (err) => this.#options.log.warn({ port, err }, "accept failed"));
    await this.#closeIfLate();
  }

  async #openUdp(port: number): Promise<void> {
    const serving = this.#serving(port);
    const socket = await this.#options.bindUdp(port);
    this.#listening.defer(() => new Promise<void>((resolve) => socket.close(resolve)));
    if (!isBound(socket)) await once(socket, "listening");
    serving.say(`listening on port ${port}/UDP`);
    // The answer to a client that is gone comes back as an ICMP error.
    socket.on("error", (err) => this.#options.log.debug({ port, err }, "datagram failed"));
    const { address } = socket.address();
    socket.on("message", (payload, { address: from, port: fromPort }) => {
      const client = { address: unmapped(from), port: fromPort };
      const probeIds = probeIdsIn(payload);
      if (probeIds.length > 0) {
        const own = this.#options.ownAddresses?.() ?? [];
        const to = datagramDestination(unmapped(address), client.address, own);
        const ends = { source: client, destination: { address: to, port } };
        bearWitness(serving, "udp", probeIds, ends);
      }
      sayWhoAsked(serving, `UDP ${payload.byteLength} bytes`, client);
      const { hostname } = serving.identity;
      const answer = answerDatagram({ payload, client, serverPort: port, hostname });
      socket.send(answer, fromPort, from);
    });
    await this.#closeIfLate();
  }

  /** A port that was being opened while the responder ended. */
  async #closeIfLate(): Promise<void> {
    if (this.#ending !== undefined) await this.#listening[Symbol.asyncDispose]();
  }

  #serving(port: number): Serving {
    const { identity, witness, now = Date.now, say = () => undefined } = this.#options;
    const exit = (exitCode: number): void => {
      this.end(exitCode).catch((err: unknown) =>
        this.#options.log.error({ err }, "responder did not end cleanly"),
      );
    };
    return { identity, port, witness, now, exit, say };
  }

  #refuse({ port, protocol, required }: ResponderPort, cause: unknown): void {
    if (!isAddressInUse(cause)) throw cause;
    if (!required) {
      this.#options.log.debug({ port, protocol }, "port left to somebody else");
      return;
    }
    // The words of a server written in Go.
    const message = `listen ${protocol.toLowerCase()} :${port}: bind: address already in use`;
    throw new PortTakenError(message, {
      cause,
      hint: "containers of a pod share its ports: give each its own",
    });
  }
}

function isBound(socket: DatagramSocket): boolean {
  try {
    socket.address();
    return true;
  } catch {
    return false;
  }
}

/** Node's error has the bare code, the kernel floor's a prefix. */
function isAddressInUse(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRINUSE" || code === "KERNEL_EADDRINUSE";
}
