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
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { AddressInfo, Server, Socket } from "node:net";
import type { Readable } from "node:stream";
import { HostError } from "../base/podwire-error.ts";
import { sandboxCommand } from "./sandbox-command.ts";
import { explainFailure } from "./sandbox-failure.ts";
import { closeAll, listenAsLab, listenOnTcp, type TcpEndpoint } from "./sandbox-listen.ts";
import {
  type InsideMessage,
  LIFELINE_FD,
  type OutsideMessage,
  type SandboxSettings,
  SETTINGS_VARIABLE,
} from "./sandbox-protocol.ts";

/** Where a standard stream of the first process leads: nowhere, where the launcher's leads, or to a descriptor. */
type SandboxStream = "ignore" | "inherit" | number;

/** Or to {@link Sandbox.stdout}. */
type SandboxOutput = SandboxStream | "pipe";

export interface SandboxOptions {
  /** The lab's name. Without one there is no control socket. */
  readonly name?: string | undefined;
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

/** How the first process ended: with a status, or by a signal. */
export interface SandboxExit {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
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
  readonly #starter: Starter;
  #detached = false;

  constructor(pid: number, addresses: readonly AddressInfo[], starter: Starter) {
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
    tell(lifeline, { detach: true });
    lifeline.end();
    lifeline.unref();
    child.unref();
  }

  /** Ends it with SIGKILL and waits until nothing is left of it. Safe to call twice. */
  async kill(): Promise<void> {
    if (this.#starter.isRunning()) killQuietly(this.pid);
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
 *   runs already, or the entry fails before it is set up.
 */
export async function launchSandbox(options: SandboxOptions): Promise<Sandbox> {
  options.signal?.throwIfAborted();
  const command = sandboxCommand(options);
  const servers: Server[] = [];
  const [starter, addresses] = await spawnHandingDown(servers, options, command).finally(() =>
    // The inside has its own descriptors of them.
    closeAll(servers),
  );
  return await starter.started(addresses, options.signal);
}

/** Adds to `servers` what it opens; the caller closes them. */
async function spawnHandingDown(
  servers: Server[],
  options: SandboxOptions,
  command: readonly string[],
): Promise<[Starter, readonly AddressInfo[]]> {
  for (const endpoint of options.listen ?? []) servers.push(await listenOnTcp(endpoint));
  // Asked for a host and a port, so this is what they have.
  const addresses = servers.map((server) => server.address() as AddressInfo);
  const listeners = [...servers];
  if (options.name === undefined)
    return [new Starter(command, options, undefined, listeners), addresses];
  // The name last: from here until the caller has closed it no other event is served, so
  // nobody's connection can be accepted here by mistake.
  const control = await listenAsLab(options.name);
  servers.push(control);
  return [new Starter(command, options, control, listeners), addresses];
}

/** The child process between `spawn` and the inside's word that it is set up. */
class Starter {
  readonly child: ChildProcess;
  readonly lifeline: Socket;
  readonly exited: Promise<SandboxExit>;
  readonly lifetime: SandboxOptions["lifetime"];
  readonly #complaints: Readable;
  #stderr = "";

  constructor(
    [file = "", ...args]: readonly string[],
    { name, env, lifetime, stdin = "ignore", stdout = "ignore", stderr = "ignore" }: SandboxOptions,
    control: Server | undefined,
    listeners: readonly Server[],
  ) {
    this.lifetime = lifetime;
    const settings: SandboxSettings = {
      ...(name !== undefined && { name }),
      listeners: listeners.length,
    };
    // "ignore" leaves a descriptor above 2 closed, and the inside would find something of its own there.
    const nowhere = openSync("/dev/null", "w");
    this.child = spawn(file, args, {
      // Its own session: a terminal's ^C is for the launcher, which then ends the sandbox in good order.
      detached: true,
      env: { ...process.env, ...env, [SETTINGS_VARIABLE]: JSON.stringify(settings) },
      stdio: [
        ...[descriptor(stdin, 0), descriptor(stdout, 1), "pipe" as const],
        ...[control === undefined ? nowhere : descriptorOf(control), "pipe" as const],
        ...[stderr === "ignore" ? nowhere : descriptor(stderr, 2), ...listeners.map(descriptorOf)],
      ],
    });
    closeSync(nowhere);
    // Both asked for as pipes above; Node makes them sockets, readable and writable.
    this.#complaints = this.child.stderr as Readable;
    this.lifeline = this.child.stdio[LIFELINE_FD] as Socket;
    this.exited = new Promise((resolve) => {
      const end = (exitCode: number | null, signal: NodeJS.Signals | null): void =>
        resolve({ exitCode: exitCode ?? undefined, signal: insideSignal(signal) });
      this.child.once("exit", end);
      this.child.once("error", (error) => {
        this.#stderr += error.message;
        end(null, null);
      });
    });
    // A sandbox that ends resets its end; that is told by `exited`.
    this.lifeline.on("error", () => undefined);
    this.#complaints.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
  }

  isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async started(addresses: readonly AddressInfo[], signal?: AbortSignal): Promise<Sandbox> {
    const abort = (): void => this.#killGroup();
    signal?.addEventListener("abort", abort);
    try {
      const message = await this.#firstMessage();
      signal?.throwIfAborted();
      if (message === undefined) throw explainFailure(this.#stderr, await this.exited);
      if ("error" in message) throw new HostError("HOST_SANDBOX", message.error);
      const hostPid = firstProcessInside(this.child.pid);
      tell(this.lifeline, { hostPid });
      return new Sandbox(hostPid, addresses, this);
    } catch (error) {
      this.#killGroup();
      await this.exited;
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
      // From now on the inside's standard error is what the caller asked for.
      this.#complaints.destroy();
    }
  }

  /** Undefined when the child ended without one. */
  async #firstMessage(): Promise<InsideMessage | undefined> {
    let text = "";
    const line = new Promise<string>((resolve) => {
      this.lifeline.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.includes("\n")) resolve(text);
      });
    });
    const outcome = await Promise.race([line, this.exited]);
    // The inside is this same program.
    return typeof outcome === "string" ? (JSON.parse(outcome) as InsideMessage) : undefined;
  }

  /** unshare and what it started: the group that `detached` made, as long as there is anybody in it. */
  #killGroup(): void {
    if (this.child.pid !== undefined && this.isRunning()) killQuietly(-this.child.pid);
  }
}

/**
 * unshare ends as its child did, except that up to util-linux 2.38 it cannot with SIGKILL, and wants to say so
 * on its standard error, which nobody reads any more.
 */
function insideSignal(signal: NodeJS.Signals | null): NodeJS.Signals | undefined {
  return signal === "SIGPIPE" ? "SIGKILL" : (signal ?? undefined);
}

function tell(lifeline: Socket, message: OutsideMessage): void {
  lifeline.write(`${JSON.stringify(message)}\n`);
}

function descriptor(stream: SandboxOutput, own: number): "ignore" | "pipe" | number {
  return stream === "inherit" ? own : stream;
}

/** Node has no public name for it, and child_process takes nothing else of a server's. */
function descriptorOf(server: Server): number {
  // As in every version of Node since 0.10.
  return (server as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

/** The one child of unshare. Needs CONFIG_PROC_CHILDREN, which every distribution sets. */
function firstProcessInside(unshare: number | undefined): number {
  const children = readFileSync(`/proc/${unshare}/task/${unshare}/children`, "utf8");
  return Number.parseInt(children, 10);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}
