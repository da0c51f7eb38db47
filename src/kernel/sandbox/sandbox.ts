/**
 * A sandbox, from outside: starts a program as the first process of its own
 * network, mount, UTS and PID namespaces, and for an ordinary user of a user namespace. When that process
 * ends, however it ends, the kernel ends every other process inside and frees every
 * device, rule and mount, so there is never anything to clean up.
 *
 *     podwire ── setpriv, unshare ── node ENTRY (PID 1 inside)
 *
 * Two chains tie their lives together: unshare dies → its child dies (--kill-child);
 * for an attached sandbox, podwire dies → unshare dies (PR_SET_PDEATHSIG). And the
 * inside watches a socket to the launcher, which covers the instants before those are set.
 */
import type { AddressInfo, Server } from "node:net";
import type { Readable } from "node:stream";
import { sandboxCommand } from "./sandbox-command.ts";
import { closeAll, listenOnTcp, type TcpEndpoint } from "./sandbox-listen.ts";
import {
  type SandboxExit,
  type SandboxOutput,
  SandboxStarter,
  type SandboxStream,
} from "./sandbox-starter.ts";

export interface SandboxOptions {
  /**
   * The lab's name, which is its control socket's. Without one there is no control socket. A promise where it is not
   * known yet: the inside starts and loads its modules meanwhile.
   */
  readonly name?: string | Promise<string> | undefined;
  /** A JavaScript module, absolute path. The first thing it does is to call `enterSandbox`. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** Added to the launcher's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * `attached`: dies with this process, even by SIGKILL. `detached`: the same until
   * {@link Sandbox.detach} is called, and from then on it lives by itself.
   */
  readonly lifetime: "attached" | "detached";
  /** TCP sockets of the host on which the inside listens; port 0 takes a free one. */
  readonly listen?: readonly TcpEndpoint[];
  readonly stdin?: SandboxStream;
  readonly stdout?: SandboxOutput;
  readonly stderr?: SandboxStream;
  /** Ends the start-up. A sandbox that has started is ended by disposing it. */
  readonly signal?: AbortSignal | undefined;
}

/** A running sandbox. Disposing it ends it, unless it was detached. */
export class Sandbox implements AsyncDisposable {
  /** Of the first process inside, as the host counts. */
  readonly pid: number;
  /** Where the sockets asked for by `listen` ended up, in that order. */
  readonly addresses: readonly AddressInfo[];
  /** What the first process prints, when `stdout` is `pipe`. */
  readonly stdout: Readable | undefined;
  /** Resolves when every process inside has ended. Never rejects. */
  readonly exited: Promise<SandboxExit>;
  readonly #starter: SandboxStarter;
  #detached = false;

  constructor(pid: number, addresses: readonly AddressInfo[], starter: SandboxStarter) {
    this.pid = pid;
    this.addresses = addresses;
    this.stdout = starter.child.stdout ?? undefined;
    this.exited = starter.exited;
    this.#starter = starter;
  }

  /** Lets a sandbox live on by itself; this process is not held back by it any more. Safe to call twice. */
  detach(): void {
    if (this.#starter.lifetime !== "detached") {
      throw new Error("a sandbox started as attached ends with the process that started it");
    }
    if (this.#detached) return;
    this.#detached = true;
    const { lifeline, child } = this.#starter;
    this.#starter.tell({ detach: true });
    lifeline.end();
    lifeline.unref();
    child.unref();
  }

  /** Ends it with SIGKILL and waits until nothing is left of it. Safe to call twice. */
  async kill(): Promise<void> {
    this.#starter.kill(this.pid);
    await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#detached) await this.kill();
  }
}

/**
 * Starts a sandbox and resolves once its first process is set up and the entry's own code runs.
 *
 * @throws HostError when namespaces are refused, a program is missing, a lab of that name
 *   runs already, or the entry fails before it is set up; what `name` rejects with. Nothing is left then.
 */
export async function launchSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { listen = [], name, signal } = options;
  signal?.throwIfAborted();
  const command = sandboxCommand(options);
  const listeners: Server[] = [];
  try {
    for (const endpoint of listen) listeners.push(await listenOnTcp(endpoint));
    // Asked for a host and a port, so this is what they have.
    const addresses = listeners.map((server) => server.address() as AddressInfo);
    const starter = new SandboxStarter(command, options, listeners);
    return new Sandbox(await starter.started(name, signal), addresses, starter);
  } finally {
    // The inside has its own descriptors of them.
    closeAll(listeners);
  }
}
