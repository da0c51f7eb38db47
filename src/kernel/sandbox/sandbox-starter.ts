/** The start of a sandbox, from outside: the child process between `spawn` and the inside's word that it is set up. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Server, Socket } from "node:net";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { HostError } from "../../base/podwire-error.ts";
import { explainFailure } from "./sandbox-failure.ts";
import { listenAsLab } from "./sandbox-listen.ts";
import {
  type InsideMessage,
  LIFELINE_FD,
  type NameMessage,
  type OutsideMessage,
  type SandboxSettings,
  SETTINGS_VARIABLE,
} from "./sandbox-protocol.ts";

/** Where a standard stream of the first process leads: nowhere, where the launcher's leads, or to a descriptor. */
export type SandboxStream = "ignore" | "inherit" | number;

/** Or to {@link Sandbox.stdout}. */
export type SandboxOutput = SandboxStream | "pipe";

/** How the first process ended: with a status, or by a signal. */
export interface SandboxExit {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** Of {@link SandboxOptions} what the start needs. */
interface StartOptions {
  readonly name?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly lifetime: "attached" | "detached";
  readonly stdin?: SandboxStream;
  readonly stdout?: SandboxOutput;
  readonly stderr?: SandboxStream;
}

export class SandboxStarter {
  readonly child: ChildProcess;
  readonly lifeline: Socket;
  readonly exited: Promise<SandboxExit>;
  readonly lifetime: StartOptions["lifetime"];
  readonly #complaints: Readable;
  #stderr = "";

  constructor(
    [file = "", ...args]: readonly string[],
    { name, env, lifetime, stdin = "ignore", stdout = "ignore", stderr = "ignore" }: StartOptions,
    listeners: readonly Server[],
  ) {
    this.lifetime = lifetime;
    const settings: SandboxSettings = { named: name !== undefined, listeners: listeners.length };
    // "ignore" leaves a descriptor above 2 closed, and the inside would find something of its own there.
    const nowhere = openSync("/dev/null", "w");
    this.child = spawn(file, args, {
      // Its own session: a terminal's ^C is for the launcher, which then ends the sandbox in good order.
      detached: true,
      env: {
        ...process.env,
        // Node reads them all at its start, for 40 ms, and inside there is no way to whom they are good for.
        NODE_EXTRA_CA_CERTS: undefined,
        ...env,
        [SETTINGS_VARIABLE]: JSON.stringify(settings),
      },
      stdio: [
        ...[descriptor(stdin, 0), descriptor(stdout, 1), "pipe" as const],
        ...[name === undefined ? nowhere : ("ipc" as const), "pipe" as const],
        ...[stderr === "ignore" ? nowhere : descriptor(stderr, 2), ...listeners.map(descriptorOf)],
      ],
    });
    closeSync(nowhere);
    // Ends with either process, and is no reason for this one to stay.
    this.child.channel?.unref();
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

  /** Ends a process of this start, as long as it can only be that. */
  kill(pid: number): void {
    if (this.#isRunning()) killQuietly(pid);
  }

  tell(message: OutsideMessage): void {
    this.lifeline.write(`${JSON.stringify(message)}\n`);
  }

  /** The host's number of the first process inside, once that is set up. Throws as `launchSandbox` does. */
  async started(
    name: string | Promise<string> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const abort = (): void => this.#killGroup();
    signal?.addEventListener("abort", abort);
    try {
      const [message, known] = await Promise.all([this.#firstMessage(), name]);
      signal?.throwIfAborted();
      if (message === undefined) throw await this.#failure();
      if ("error" in message) throw new HostError("HOST_SANDBOX", message.error);
      const hostPid = firstProcessInside(this.child.pid);
      this.tell({ hostPid });
      if (known !== undefined) await this.#handOver(known);
      signal?.throwIfAborted();
      return hostPid;
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

  /**
   * Opens the control socket and gives it to the inside, which is set up, and so expects it: Node accepts callers from
   * the moment it has the socket. Here it is sent and closed before another event is served, so nobody's
   * connection is accepted by mistake.
   */
  async #handOver(name: string): Promise<void> {
    const control = await listenAsLab(name);
    const message: NameMessage = { name };
    // Where the inside has ended meanwhile there is nobody to take it; whoever calls the lab finds out.
    this.child.send(message, control, () => undefined);
    control.close();
  }

  /** Its last words may arrive behind the news of its end. */
  async #failure(): Promise<HostError> {
    const exit = await this.exited;
    await finished(this.#complaints).catch(() => undefined);
    return explainFailure(this.#stderr, exit);
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

  #isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** unshare and what it started: the group that `detached` made, as long as there is anybody in it. */
  #killGroup(): void {
    if (this.child.pid !== undefined && this.#isRunning()) killQuietly(-this.child.pid);
  }
}

/**
 * unshare ends as its child did, except that up to util-linux 2.38 it cannot with SIGKILL, and wants to say so
 * on its standard error, which nobody reads any more.
 */
function insideSignal(signal: NodeJS.Signals | null): NodeJS.Signals | undefined {
  return signal === "SIGPIPE" ? "SIGKILL" : (signal ?? undefined);
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
