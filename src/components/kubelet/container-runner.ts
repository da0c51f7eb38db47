import type { Container, ContainerProbe } from "../../api/objects/pod.ts";
import type { Timer } from "../../base/work-queue.ts";
import type { KubeletHost, RunningContainer } from "./kubelet-host.ts";
import { preStopOf, runPreStop } from "./pre-stop.ts";
import { ProbeLoop } from "./probe/probe-loop.ts";
import type { ProbeKind, ProbeVerdict } from "./probe/probe-state.ts";
import { type ProbeTarget, probeTarget, probeTiming } from "./probe/probe-target.ts";
import { type ProbeOutcome, runProbe } from "./probe/run-probe.ts";

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
  readonly onHookFailure: (message: string) => void;
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

/** One run of a container: asks its probes while it lasts, and stops it. Disposed when it has ended. */
export class ContainerRunner implements Disposable {
  readonly #options: ContainerRunnerOptions;
  readonly #loops = new Map<ProbeKind, ProbeLoop>();
  /** The least grace that it was told to stop with. */
  #graceMs = Number.POSITIVE_INFINITY;
  /** Aborted when nobody waits for the preStop hook any more. */
  #hook = new AbortController();

  constructor(options: ContainerRunnerOptions) {
    this.#options = options;
    // The others wait for a startup probe to succeed.
    if (options.container.startupProbe === undefined) this.#probeLife();
    else this.#probe("startup", options.container.startupProbe);
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
    this.#hook.abort();
    for (const kind of this.#loops.keys()) this.#endLoop(kind);
  }

  async #stopAfterHook(graceMs: number): Promise<void> {
    const { container, running, podIP, connectTcp, timer, now } = this.#options;
    const programs = running.exec === undefined ? "no programs" : "programs";
    const hook = preStopOf(container, podIP, programs);
    if (hook === undefined) return running.stop({ graceMs });
    const { signal } = this.#hook;
    const beganMs = now();
    const context = { running, connectTcp, timer, graceMs, signal };
    const problem = await runPreStop(hook, context).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      return undefined;
    });
    if (signal.aborted) return;
    if (problem !== undefined) this.#options.onHookFailure(problem);
    await running.stop({ graceMs: Math.max(leastGraceMs, graceMs - (now() - beganMs)) });
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
