/**
 * A sandbox, from inside: what its first process does before anything else.
 *
 * It gets from `unshare` a netns with a `lo` that is down, a private copy of the host's mounts,
 * and /proc of its own PID namespace. /sys stays the host's: only a program in a node
 * or pod looks there, and gets its own (see namespaces.ts).
 */
import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { Socket } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { closeOnExec, moveDescriptor } from "../descriptor.ts";
import { setLoopbackUp } from "../devices/loopback.ts";
import { mountTmpfs } from "../mounts/mount.ts";
import { startReaper } from "../processes/reaper.ts";
import { ControlSocket } from "./control-socket.ts";
import {
  CHANNEL_FD,
  FIRST_LISTENER_FD,
  type InsideMessage,
  LIFELINE_FD,
  type OutsideMessage,
  type SandboxSettings,
  SETTINGS_VARIABLE,
  STDERR_FD,
} from "./sandbox-protocol.ts";

/** What the launcher handed down. */
export interface SandboxInside {
  /** Comes when the launcher knows the lab's name; undefined when the sandbox has none. */
  readonly control: Promise<ControlSocket> | undefined;
  /** In the order of the launcher's `listen`. Each listens already: `server.listen({ fd })`. */
  readonly listenerFds: readonly number[];
  /** This process's number on the host, which programs of the host need to enter the sandbox. */
  readonly hostPid: Promise<number>;
}

/**
 * Sets the sandbox up and tells the launcher. The entry calls this first.
 *
 * When it fails, the launcher gets the reason and this process ends.
 *
 * @throws Error when this process was not started by `launchSandbox`.
 */
export function enterSandbox(): SandboxInside {
  const settings = takeSettings();
  // Neither may be inherited: a program in a pod would outlive the launcher's interest in us.
  closeOnExec(CHANNEL_FD);
  closeOnExec(LIFELINE_FD);
  const { lifeline, hostPid } = openLifeline();
  try {
    const control = settings.named ? ControlSocket.received() : undefined;
    const listenerFds = adoptListeners(settings);
    startReaper();
    mountRun();
    setLoopbackUp();
    say(lifeline, { ready: true });
    // Until here a failure's stack goes to the launcher, from here on where the caller asked for.
    moveDescriptor(STDERR_FD, 2);
    return { control, listenerFds, hostPid };
  } catch (error) {
    say(lifeline, { error: error instanceof Error ? error.message : String(error) });
    lifeline.destroySoon();
    process.exitCode = 3;
    throw error;
  }
}

/** Whether this process was started by `launchSandbox`. */
export function isSandboxed(): boolean {
  return process.env[SETTINGS_VARIABLE] !== undefined;
}

function takeSettings(): SandboxSettings {
  const text = process.env[SETTINGS_VARIABLE];
  if (text === undefined) throw new Error("not started as the first process of a sandbox");
  delete process.env[SETTINGS_VARIABLE];
  // The launcher is this same program.
  return JSON.parse(text) as SandboxSettings;
}

function adoptListeners({ listeners }: SandboxSettings): readonly number[] {
  const fds = Array.from({ length: listeners }, (_, index) => FIRST_LISTENER_FD + index);
  for (const fd of fds) closeOnExec(fd);
  return fds;
}

interface Lifeline {
  readonly lifeline: Socket;
  readonly hostPid: Promise<number>;
}

/** Ends this process when the launcher does, unless it said that we shall live on. */
function openLifeline(): Lifeline {
  const lifeline = new Socket({ fd: LIFELINE_FD, readable: true, writable: true });
  // It is no reason to go on living.
  lifeline.unref();
  // What it says of its end is in `close`.
  lifeline.on("error", () => undefined);
  let mayOutlive = false;
  lifeline.on("close", () => {
    if (!mayOutlive) process.exit(1);
  });
  const hostPid = new Promise<number>((resolve) => {
    createInterface({ input: lifeline }).on("line", (line) => {
      // The launcher is this same program.
      const message = JSON.parse(line) as OutsideMessage;
      if ("hostPid" in message) resolve(message.hostPid);
      else mayOutlive = true;
    });
  });
  return { lifeline, hostPid };
}

function say(lifeline: Socket, message: InsideMessage): void {
  lifeline.write(`${JSON.stringify(message)}\n`);
}

/**
 * A /run of our own: named netns, the lock of iptables, sockets of daemons. The host's symbolic links come
 * along, because NixOS keeps all programs below one of them.
 */
function mountRun(): void {
  const links = readdirSync("/run", { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map(({ name }) => ({ name, target: readlinkSync(path.join("/run", name)) }));
  mountTmpfs("/run");
  for (const folder of ["netns", "lock", "podwire"]) mkdirSync(path.join("/run", folder));
  for (const { name, target } of links) symlinkSync(target, path.join("/run", name));
}
