import type { Container, ContainerProbe } from "../../api/pod.ts";
import type { Timer } from "../../base/work-queue.ts";
import type { KubeletHost, RunningContainer } from "./kubelet-host.ts";
import { ProbeLoop } from "./probe/probe-loop.ts";
import type { ProbeKind, ProbeVerdict } from "./probe/probe-state.ts";
import { probeTarget, probeTiming } from "./probe/probe-target.ts";
import { runProbe } from "./probe/run-probe.ts";

export interface ContainerRunnerOptions {
  readonly container: Container;
  readonly running: RunningContainer;
  readonly podIP: string;
  readonly startedAtMs: number;
  readonly connectTcp: KubeletHost["connectTcp"];
  readonly probeTimeScale: number;
  readonly timer: Timer;
  readonly now: () => number;
  readonly onVerdict: (kind: ProbeKind, verdict: ProbeVerdict) => void;
  readonly onProbeFailure: (kind: ProbeKind, message: string) => void;
  readonly onStopFailure: (error: unknown) => void;
}

/** One run of a container: asks its probes while it lasts, and stops it. Disposed when it has ended. */
export class ContainerRunner implements Disposable {
  readonly #options: ContainerRunnerOptions;
  readonly #loops = new Map<ProbeKind, ProbeLoop>();
  /** The least grace that it was told to stop with. */
  #graceMs = Number.POSITIVE_INFINITY;

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
   * Asks the container to end; safe to repeat, and less grace counts. Readiness is asked on, since a
   * container that is ending may still serve.
   *
   * @returns whether this call changed anything.
   */
  stop(graceMs: number): boolean {
    if (graceMs >= this.#graceMs) return false;
    this.#graceMs = graceMs;
    this.#endLoop("startup");
    this.#endLoop("liveness");
    this.running.stop({ graceMs }).catch(this.#options.onStopFailure);
    return true;
  }

  [Symbol.dispose](): void {
    for (const kind of this.#loops.keys()) this.#endLoop(kind);
  }

  #probeLife(): void {
    const { readinessProbe, livenessProbe } = this.#options.container;
    if (readinessProbe !== undefined) this.#probe("readiness", readinessProbe);
    if (livenessProbe !== undefined) this.#probe("liveness", livenessProbe);
  }

  #probe(kind: ProbeKind, probe: ContainerProbe): void {
    const { container, running, podIP, connectTcp, probeTimeScale } = this.#options;
    const { startedAtMs, timer, now, onProbeFailure } = this.#options;
    const timing = probeTiming(probe, probeTimeScale);
    const target = probeTarget(probe, container, podIP);
    const { timeoutMs } = timing;
    // biome-ignore lint/nursery/useDisposables: #endLoop disposes it.
    const loop = new ProbeLoop({
      kind,
      timing,
      runningForMs: now() - startedAtMs,
      ask: (signal) => runProbe(target, { connectTcp, running, timeoutMs, signal }),
      onVerdict: (verdict) => this.#onVerdict(kind, verdict),
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
