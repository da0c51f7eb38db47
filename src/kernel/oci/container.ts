/** One OCI container in a pod's netns, run by runc. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { finished } from "node:stream/promises";
import { execa, type ResultPromise } from "execa";
import { Deadline } from "../../base/deadline.ts";
import { HostError, ProgramError } from "../../base/podwire-error.ts";
import { until } from "../../base/until.ts";
import type { RootMount } from "../mounts/container-root.ts";
import { mountOverlay, unmountTree } from "../mounts/mount.ts";
import { stopSignalNumber } from "../processes/stop-signal.ts";
import { findProgram } from "../programs/programs.ts";
import { writeSysctls } from "../sysctl.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { makeCgroupsReadOnly } from "./read-only-cgroups.ts";
import { runtimeConfig } from "./runtime-config.ts";

/** On the sandbox's own /run: bundles, and what runc remembers, end with the lab. */
const CONTAINERS = "/run/podwire/containers";
const STATE = "/run/podwire/runc";

/** It answers in milliseconds; on a busy machine in more. */
const START_PATIENCE_MS = 30_000;
const START_INTERVAL_MS = 2;
const KEPT_CHARACTERS = 4_096;

const options = {
  stdin: "ignore",
  buffer: false,
  encoding: "buffer",
  reject: false,
  // The PID namespace ends it with the lab; a listener on our own exit would be one per container.
  cleanup: false,
  // It needs no variable, and hands none on.
  extendEnv: false,
} as const;

/** What the container writes. */
type OnOutput = (stream: "stdout" | "stderr", chunk: Uint8Array) => void;

export interface ContainerEnd {
  /** 128 + the signal's number when one ended it. */
  readonly exitCode: number;
}

export interface ContainerExecOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export class Container {
  /** Of its first process, as the lab counts. */
  readonly pid: number;
  /** Settles once, when it has ended and all that it wrote has been handed on; never rejects. */
  readonly exited: Promise<ContainerEnd>;
  readonly #stopSignal: number;
  /** Its number may be another's by now. */
  #hasEnded = false;

  private constructor(pid: number, exited: Promise<ContainerEnd>, stopSignal: number) {
    this.pid = pid;
    this.#stopSignal = stopSignal;
    this.exited = exited.finally(() => {
      this.#hasEnded = true;
    });
  }

  /**
   * Starts it; resolves when its program runs. It ends with the lab at the latest, whatever happens.
   *
   * @param onOutput is given what it writes, as it comes.
   * @throws ProgramError with runc's words when it cannot be started; HostError when there is no runc.
   */
  static async start(spec: ContainerSpec, onOutput: OnOutput): Promise<Container> {
    const runc = findProgram("runc");
    if (runc === undefined) {
      throw new HostError("HOST_PROGRAM", "runc: not installed", { hint: "install runc" });
    }
    assertUser(spec);
    makeCgroupsReadOnly();
    openPorts(spec);
    const bundle = writeBundle(spec);
    const pidFile = path.join(bundle, "pid");
    const arguments_ = ["--root", STATE, "--rootless=true", "run", "--no-new-keyring"];
    const subprocess = execa(
      runc,
      [...arguments_, "--bundle", bundle, "--pid-file", pidFile, spec.id],
      options,
    );
    const said = listen(subprocess, onOutput);
    const end = ended(subprocess);
    // It may have been so quick that it is over: then it did start, and the bundle still says so.
    const pid = await started(pidFile, end);
    const exited = end.finally(() => removeBundle(bundle));
    if (pid !== undefined) return new Container(pid, exited, stopSignalNumber(spec.stopSignal));
    const { exitCode } = await exited;
    const reason = said().trim() || `runc ended with exit code ${exitCode}`;
    throw new ProgramError(`container ${spec.id}: ${reason}`, { stderr: said() });
  }

  /** Its stop signal, and SIGKILL when it is still there `graceMs` later; 0 kills at once. Resolves when it has ended. */
  async stop({ graceMs }: { readonly graceMs: number }): Promise<void> {
    if (graceMs > 0) {
      this.#signal(this.#stopSignal);
      using grace = new Deadline(graceMs);
      const isOver = new Promise<void>((resolve) =>
        grace.signal.addEventListener("abort", () => resolve(), { once: true }),
      );
      await Promise.race([this.exited, isOver]);
    }
    this.#signal(constants.signals.SIGKILL);
    await this.exited;
  }

  /** The beginning of a command line: what comes behind it runs among the container's files, in its namespaces. */
  get enter(): readonly string[] {
    // Not its user namespace: who enters that loses the pod's netns, which belongs to the one around it.
    const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid"];
    return [findProgram("nsenter") ?? "nsenter", `--target=${this.pid}`, ...namespaces, "--"];
  }

  /**
   * Runs a program among the container's files, in its namespaces and with all capabilities of the lab.
   *
   * @throws the signal's reason when it aborts.
   */
  async exec(
    command: readonly string[],
    { env, timeoutMs, signal }: ContainerExecOptions,
  ): Promise<{ readonly exitCode: number; readonly output: string }> {
    const [nsenter = "", ...target] = this.enter;
    const { exitCode, all } = await execa(nsenter, [...target, ...command], {
      ...{ stdin: "ignore", all: true, reject: false, extendEnv: false, env },
      ...{ timeout: timeoutMs, cancelSignal: signal },
    });
    return { exitCode: exitCode ?? 1, output: String(all) };
  }

  #signal(signal: number): void {
    if (this.#hasEnded) return;
    try {
      process.kill(this.pid, signal);
    } catch {
      // It has ended.
    }
  }
}

/** An ordinary user has one number to give away, and root has it. */
function assertUser({ id, user: { uid, gid, additionalGids } }: ContainerSpec): void {
  if (
    (process.getuid?.() ?? 0) === 0 ||
    [uid, gid, ...additionalGids].every((each) => each === 0)
  ) {
    return;
  }
  throw new HostError(
    "HOST_NAMESPACES",
    `container ${id}: runAsUser ${uid}, group ${gid}: an ordinary user's lab has no user but root`,
    { hint: "run podwire as root" },
  );
}

/**
 * As container runtimes do: whoever runs in the pod may listen on any port, 53 too.
 *
 * Equivalent to: `sysctl -w net.ipv4.ip_unprivileged_port_start=0`
 */
function openPorts({ netns }: ContainerSpec): void {
  writeSysctls(netns, { "net/ipv4/ip_unprivileged_port_start": "0" });
}

/** The bundle's folder. */
function writeBundle(spec: ContainerSpec): string {
  const bundle = path.join(CONTAINERS, spec.id);
  const own = path.join(bundle, "rootfs");
  mkdirSync(own, { recursive: true });
  const etc = writeEtc(bundle, {
    hosts: spec.hosts,
    "resolv.conf": spec.resolvConf,
    hostname: `${spec.hostname}\n`,
  });
  if (spec.root.type === "folder") layOver(spec.root.folder, bundle, own);
  const files = { rootfs: own, etc, netnsPath: path.join("/run/netns", spec.netns.name) };
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const config = runtimeConfig(spec, files, owner);
  writeFileSync(path.join(bundle, "config.json"), JSON.stringify(config));
  return bundle;
}

/** What the container writes, and what is made to mount on, stays out of the image, and ends with the container. */
function layOver(lower: string, bundle: string, target: string): void {
  const [upper, work] = [path.join(bundle, "upper"), path.join(bundle, "work")];
  mkdirSync(upper);
  mkdirSync(work);
  mountOverlay({ lower, upper, work }, target);
}

function removeBundle(bundle: string): void {
  unmountTree(path.join(bundle, "rootfs"));
  rmSync(bundle, { recursive: true, force: true });
}

function writeEtc(bundle: string, files: Readonly<Record<string, string>>): readonly RootMount[] {
  const folder = path.join(bundle, "etc");
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([name, content]) => {
    const source = path.join(folder, name);
    writeFileSync(source, content);
    return { source, mountPath: `/etc/${name}`, access: "read-write" };
  });
}

/** What it has said on standard error so far, or the beginning of that: why it did not start. */
function listen(subprocess: ResultPromise<typeof options>, onOutput: OnOutput): () => string {
  let said = "";
  subprocess.stdout.on("data", (chunk: Buffer) => onOutput("stdout", chunk));
  subprocess.stderr.on("data", (chunk: Buffer) => {
    if (said.length < KEPT_CHARACTERS) said += chunk.toString("utf8");
    onOutput("stderr", chunk);
  });
  return () => said;
}

/** Once everything that it wrote has been read. */
async function ended(subprocess: ResultPromise<typeof options>): Promise<ContainerEnd> {
  const [{ exitCode, signal }] = await Promise.all([
    subprocess,
    // Broken off by a start that failed, which the first one tells.
    finished(subprocess.stdout).catch(() => undefined),
    finished(subprocess.stderr).catch(() => undefined),
  ]);
  // runc tells of a signal as shells do; it has one of its own only when somebody ended runc.
  return { exitCode: exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]) };
}

/** The process's number; undefined when runc has ended without starting one. */
async function started(
  pidFile: string,
  exited: Promise<ContainerEnd>,
): Promise<number | undefined> {
  let hasEnded = false;
  const end = exited.then(() => {
    hasEnded = true;
  });
  using patience = new Deadline(START_PATIENCE_MS);
  const look = async (): Promise<{ readonly pid: number | undefined } | undefined> => {
    const pid = readPid(pidFile);
    return pid === undefined && !hasEnded ? undefined : { pid };
  };
  const found = until(look, { intervalMs: START_INTERVAL_MS, signal: patience.signal });
  const { pid } = await Promise.race([found, end.then(() => ({ pid: readPid(pidFile) }))]);
  return pid;
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
