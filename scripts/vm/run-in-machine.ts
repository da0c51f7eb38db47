/** One command in one machine: its input, its output, its signals, its end. */

import { once } from "node:events";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { HostError } from "../../src/base/podwire-error.ts";
import { tailOf, troubleIn } from "./kernel-log.ts";
import { Machine, type MachineOptions } from "./machine.ts";
import type { Port } from "./port.ts";

/** In the order of guest/run.sh. */
const PORTS = ["stdin", "stdout", "stderr", "control"] as const;
/** As of timeout(1). */
export const TIMED_OUT = 124;
/** 128 plus the number of SIGPIPE: nobody reads the output any more. */
const NOBODY_READS = 141;

export interface Streams {
  /** Undefined: the command reads an empty input. */
  readonly stdin: Readable | undefined;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** How the command is to be ended before its time. */
export interface Interruptions {
  /** Calls back with each signal that the user sends, as `INT`. */
  readonly onSignal: (send: (signal: string) => void) => void;
  readonly timeoutMs: number | undefined;
}

/**
 * @returns the command's exit status; 124 when its time was up.
 * @throws HostError when the machine ended without the command.
 */
export async function runInMachine(
  options: Omit<MachineOptions, "ports">,
  streams: Streams,
  interruptions: Interruptions,
): Promise<number> {
  const onLog = options.verbose ? (text: string) => void streams.stderr.write(text) : undefined;
  await using machine = await Machine.start({ ...options, ports: PORTS }, onLog);
  const control = new Control(machine.port("control"));
  const { onSignal, timeoutMs } = interruptions;
  onSignal((signal) => control.send(signal));
  // Here, so that it ends with the machine, whatever ended that.
  using limit = new Limit(timeoutMs, (signal) => control.end(signal, TIMED_OUT));
  const died = machine.ended.then((): never => {
    throw diedWithoutWord(machine);
  });
  const status = await Promise.race([converse(machine, control, streams), limit.isOver, died]);
  if (limit.wasNotHeard && !options.verbose) {
    streams.stderr.write(
      `podwire: the machine did not end; its kernel said\n${tailOf(machine.log)}\n`,
    );
  }
  const trouble = troubleIn(machine.log);
  if (trouble !== undefined && !options.verbose) {
    streams.stderr.write(`podwire: the machine's kernel says\n${trouble}\n`);
  }
  return status;
}

/** @returns the command's exit status, when all that it wrote has been handed on. */
async function converse(
  machine: Machine,
  control: Control,
  { stdin, stdout, stderr }: Streams,
): Promise<number> {
  const onGone = (): void => control.end("PIPE", NOBODY_READS);
  void machine.port("stdout").receive(copyTo(stdout, onGone));
  void machine.port("stderr").receive(copyTo(stderr, () => undefined));
  feed(machine.port("stdin").socket, stdin);
  const { status, bytes } = await control.exit;
  await arrival(machine, bytes);
  return control.forced ?? status;
}

/** What the guest says about the command, and is told: see guest/run.sh. */
class Control {
  readonly exit: Promise<{ status: number; bytes: readonly number[] }>;
  /** The status of a command that we have ended. */
  forced: number | undefined;
  readonly #socket: Socket;

  constructor(port: Port) {
    this.#socket = port.socket;
    const exit = withResolvers<{ status: number; bytes: readonly number[] }>();
    this.exit = exit.promise;
    let text = "";
    void port.receive((chunk) => {
      text += chunk.toString();
      const words = /^exit (\d+) (\d+) (\d+)\n/m.exec(text);
      if (words === null) return;
      const [status = 0, ...bytes] = words.slice(1).map(Number);
      exit.resolve({ status, bytes });
    });
  }

  /** To the command and all that it started in its process group. */
  send(signal: string): void {
    this.#socket.write(`signal ${signal}\n`);
  }

  /** The same, when that is to be how it ended. */
  end(signal: string, status: number): void {
    this.forced ??= status;
    this.send(signal);
  }
}

/** Slows the guest down when the reader is slow. */
function copyTo(to: Writable, onGone: () => void): (chunk: Buffer) => Promise<void> {
  let isGone = false;
  to.once("error", () => {
    isGone = true;
    onGone();
  });
  return async (chunk) => {
    if (isGone || to.write(chunk)) return;
    await Promise.race([once(to, "drain"), once(to, "close")]).catch(() => undefined);
  };
}

function feed(socket: Socket, stdin: Readable | undefined): void {
  if (stdin === undefined) socket.end();
  else stdin.pipe(socket);
}

/** How long the command has for each step of its end. */
const GRACE_MS = 10_000;

/** First politely, then not; and at last whatever the machine does, which may never have come to run the command. */
class Limit implements Disposable {
  /** Resolves when all patience is gone. */
  readonly isOver: Promise<number>;
  /** It came to that. */
  wasNotHeard = false;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(timeoutMs: number | undefined, send: (signal: string) => void) {
    const over = withResolvers<number>();
    this.isOver = over.promise;
    const giveUp = (): void => {
      this.wasNotHeard = true;
      over.resolve(TIMED_OUT);
    };
    const steps = [() => send("TERM"), () => send("KILL"), giveUp];
    this.#timers =
      timeoutMs === undefined
        ? []
        : steps.map((step, index) => setTimeout(step, timeoutMs + index * GRACE_MS));
  }

  [Symbol.dispose](): void {
    this.#timers.forEach(clearTimeout);
  }
}

/** Ports are not synchronised: what the command wrote may still be on its way when its end is told. */
async function arrival(machine: Machine, bytes: readonly number[]): Promise<void> {
  const ports = [machine.port("stdout"), machine.port("stderr")];
  await Promise.all(ports.map((port, i) => port.hasReceived(bytes[i] ?? 0)));
}

function diedWithoutWord(machine: Machine): HostError {
  const said = troubleIn(machine.log) ?? tailOf(machine.log);
  const words = [machine.complaint.trim(), said].filter((text) => text !== "").join("\n");
  return new HostError("HOST_MACHINE", `the virtual machine ended by itself\n${words}`, {
    hint: "`npm run vm -- --verbose …` shows everything that its kernel says",
  });
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
