import type { Container, ContainerProbe } from "../../../api/objects/pod.ts";
import type { Timer } from "../../../base/work-queue.ts";
import type { KubeletHost, RunningContainer } from "../kubelet-host.ts";
import { ProbeLoop } from "../probe/probe-loop.ts";
import type { ProbeKind, ProbeVerdict } from "../probe/probe-state.ts";
import { type ProbeTarget, probeTarget, probeTiming } from "../probe/probe-target.ts";
import { type ProbeOutcome, runProbe } from "../probe/run-probe.ts";
import { hookOf, type LifecycleHook, runHook } from "./lifecycle-hook.ts";

export type HookKind = "postStart" | "preStop";

export interface ContainerRunnerOptions {
  readonly container: Container;
  readonly running: RunningContainer;
  readonly podIP: string;
  readonly startedAtMs: number;
  readonly connectTcp: KubeletHost["connectTcp"];
  readonly probeTimeScale: number;
  /** Of the readiness probe, until its first success; its own period unless given. */
  readonly firstReadinessPeriodMs?: number | undefined;
  readonly timer: Timer;
  readonly now: () => number;
  readonly onVerdict: (kind: ProbeKind, verdict: ProbeVerdict) => void;
  readonly onProbeFailure: (kind: ProbeKind, message: string) => void;
  readonly onStopFailure: (error: unknown) => void;
  /** The postStart hook has done its work; not called where there is none, or it has failed. */
  readonly onHookDone: () => void;
  readonly onHookFailure: (hook: HookKind, message: string) => void;
}

/**
 * Whoever asks so often hears of a server that is ready a moment before it listens: CoreDNS says that it is, then
 * opens its ports. So its TCP ports are tried as well, and the second answer comes after that.
 */
const hastySuccesses = 2;
/** A port that is still closed then may stay so: not every program opens all that its manifest declares. */
const portPatienceMs = 1_500;
/** What is left for SIGTERM when a hook has used up the grace period: kubelet's minimum. */
const leastGraceMs = 2_000;
/** A postStart hook may take as long as it likes; the longest that a timer can wait. */
const unlimitedMs = 2 ** 31 - 1;

/** One run of a container: asks its probes while it lasts, and stops it. Disposed when it has ended. */
export class ContainerRunner implements Disposable {
  readonly #options: ContainerRunnerOptions;
  readonly #loops = new Map<ProbeKind, ProbeLoop>();
  /** The least grace that it was told to stop with. */
  #graceMs = Number.POSITIVE_INFINITY;
  /** Aborted when nobody waits for the preStop hook any more. */
  #hook = new AbortController();
  /** Aborted when the container is to end, whether its postStart hook has ended or not. */
  readonly #starting = new AbortController();

  constructor(options: ContainerRunnerOptions) {
    this.#options = options;
    if (options.container.lifecycle?.postStart === undefined) this.#probeAll();
    else this.#runPostStart().catch(options.onStopFailure);
  }

  get running(): RunningContainer {
    return this.#options.running;
  }

  /**
   * Asks the container to end, after its preStop hook; safe to repeat, and less grace counts. Readiness
   * is asked on, since a container that is ending may still serve.
   *
   * @returns whether this call changed anything.
   */
  stop(graceMs: number): boolean {
    if (graceMs >= this.#graceMs) return false;
    const isFirst = this.#graceMs === Number.POSITIVE_INFINITY;
    this.#graceMs = graceMs;
    this.#starting.abort();
    this.#endLoop("startup");
    this.#endLoop("liveness");
    // Whoever grants less time does not wait for the hook either.
    this.#hook.abort();
    this.#hook = new AbortController();
    const stopping =
      isFirst && graceMs > 0 ? this.#stopAfterHook(graceMs) : this.running.stop({ graceMs });
    stopping.catch(this.#options.onStopFailure);
    return true;
  }

  [Symbol.dispose](): void {
    this.#starting.abort();
    this.#hook.abort();
    for (const kind of this.#loops.keys()) this.#endLoop(kind);
  }

  /** No probe is asked before it has ended. Its failure ends the container, which its policy may start again. */
  async #runPostStart(): Promise<void> {
    const { onHookDone, onHookFailure } = this.#options;
    const hook = this.#hookOf("postStart");
    // Whoever made this has to know it before it is told anything.
    await Promise.resolve();
    const { signal } = this.#starting;
    const problem = hook && (await this.#run(hook, unlimitedMs, signal));
    if (signal.aborted) return;
    if (problem !== undefined) return onHookFailure("postStart", problem);
    onHookDone();
    this.#probeAll();
  }

  async #stopAfterHook(graceMs: number): Promise<void> {
    const { running, now } = this.#options;
    const hook = this.#hookOf("preStop");
    if (hook === undefined) return running.stop({ graceMs });
    const { signal } = this.#hook;
    const beganMs = now();
    const problem = await this.#run(hook, graceMs, signal);
    if (signal.aborted) return;
    if (problem !== undefined) this.#options.onHookFailure("preStop", problem);
    await running.stop({ graceMs: Math.max(leastGraceMs, graceMs - (now() - beganMs)) });
  }

  #hookOf(kind: HookKind): LifecycleHook | undefined {
    const { container, running, podIP } = this.#options;
    const programs = running.exec === undefined ? "no programs" : "programs";
    return hookOf(container.lifecycle?.[kind], container, podIP, programs);
  }

  /** @returns what went wrong; nothing either when the signal aborts. */
  async #run(
    hook: LifecycleHook,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { running, connectTcp, timer } = this.#options;
    try {
      return await runHook(hook, { running, connectTcp, timer, timeoutMs, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      return undefined;
    }
  }

  #probeAll(): void {
    const { startupProbe } = this.#options.container;
    // The others wait for a startup probe to succeed.
    if (startupProbe === undefined) this.#probeLife();
    else this.#probe("startup", startupProbe);
  }

  #probeLife(): void {
    const { readinessProbe, livenessProbe } = this.#options.container;
    if (readinessProbe !== undefined) this.#probe("readiness", readinessProbe);
    if (livenessProbe !== undefined) this.#probe("liveness", livenessProbe);
  }

  #probe(kind: ProbeKind, probe: ContainerProbe): void {
    const { container, running, podIP, connectTcp, probeTimeScale } = this.#options;
    const { startedAtMs, timer, now, onProbeFailure, firstReadinessPeriodMs } = this.#options;
    const firstPeriodMs = kind === "readiness" ? firstReadinessPeriodMs : undefined;
    const usual = probeTiming(probe, probeTimeScale);
    const timing =
      firstPeriodMs === undefined
        ? usual
        : {
            ...usual,
            firstPeriodMs,
            successThreshold: Math.max(hastySuccesses, usual.successThreshold),
          };
    const { timeoutMs } = timing;
    const target = probeTarget(probe, container, podIP);
    // Until its first success, and only where that is asked for in haste.
    let ports = firstPeriodMs === undefined ? [] : tcpPorts(container, podIP);
    const ask = (each: ProbeTarget, signal: AbortSignal): Promise<ProbeOutcome> =>
      runProbe(each, { connectTcp, running, timeoutMs, signal });
    // biome-ignore lint/nursery/useDisposables: #endLoop disposes it.
    const loop = new ProbeLoop({
      kind,
      timing,
      runningForMs: now() - startedAtMs,
      ask: async (signal) => {
        let outcome = await ask(target, signal);
        if (now() - startedAtMs > portPatienceMs) ports = [];
        for (const port of ports) {
          if (outcome.answer === "success") outcome = await ask(port, signal);
        }
        return outcome;
      },
      onVerdict: (verdict) => {
        ports = [];
        this.#onVerdict(kind, verdict);
      },
      onFailure: (message) => onProbeFailure(kind, message),
      timer,
      now,
    });
    this.#loops.set(kind, loop);
  }

  #onVerdict(kind: ProbeKind, verdict: ProbeVerdict): void {
    if (kind === "startup") {
      this.#endLoop("startup");
      if (verdict === "success") this.#probeLife();
    }
    // A container that is about to be restarted is not asked again.
    if (kind === "liveness") this.#endLoop("liveness");
    this.#options.onVerdict(kind, verdict);
  }

  #endLoop(kind: ProbeKind): void {
    this.#loops.get(kind)?.[Symbol.dispose]();
    this.#loops.delete(kind);
  }
}

function tcpPorts({ ports = [] }: Container, address: string): readonly ProbeTarget[] {
  return ports.flatMap(({ protocol = "TCP", containerPort: port }) =>
    protocol === "TCP" ? [{ type: "tcp", address, port } as const] : [],
  );
}
