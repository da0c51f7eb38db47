import type { Logger } from "pino";
import type { RecordEvent } from "../../../api/controller/event-recorder.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import { isPodTerminating } from "../../../api/pods/pod-state.ts";
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import type { Timer } from "../../../base/work-queue.ts";
import { isHeld } from "../containers/container-record.ts";
import { ContainerRecords } from "../containers/container-records.ts";
import { ContainerRunner } from "../containers/container-runner.ts";
import { startContainer } from "../containers/start-container.ts";
import type { PodGround } from "../containers/start-request.ts";
import type { ContainerExit, KubeletHost, PodSandbox, RunningContainer } from "../kubelet-host.ts";
import type { PodSurroundings } from "../pod-surroundings.ts";
import type { ProbeKind, ProbeVerdict } from "../probe/probe-state.ts";
import { firstReadinessPeriodMs } from "../probe/probe-target.ts";
import type { PodView } from "../status/pod-status.ts";
import { PodMounts } from "../volumes/pod-mounts.ts";
import { volumeReferences } from "../volumes/pod-volumes.ts";
import { podActions } from "./pod-actions.ts";
import { type PodEvents, podEvents } from "./pod-events.ts";

export interface PodWorkerOptions {
  readonly host: KubeletHost;
  readonly around: PodSurroundings;
  readonly record: RecordEvent;
  readonly log: Logger;
  readonly now: () => number;
  readonly timer: Timer;
  readonly probeTimeScale: number;
  /** Something happened to the pod's containers: {@link PodWorker.sync} is to be called. */
  readonly changed: () => void;
}

/** What kubelet reports of a container of which nobody knows how it ended. */
const UNKNOWN_EXIT_CODE = 137;
const defaultGraceSeconds = 30;
/** A token may be good for a year, and a timer counts no further than 24 days. */
const longestWaitMs = 86_400_000;
/** How often what is missing is looked for, beside the watch: kubelet's own rhythm. */
const configRetryMs = 10_000;

/** One pod on this node: its sandbox, its containers and what is known of them. */
export class PodWorker {
  readonly #options: PodWorkerOptions;
  readonly #firstSeenAtMs: number;
  readonly #records: ContainerRecords;
  readonly #runners = new Map<string, ContainerRunner>();
  readonly #events: PodEvents;
  readonly #configMissing = new Set<string>();
  readonly #mounts: PodMounts;
  /** Which end of a container a BackOff event was about: one is enough. */
  readonly #reported = new Map<string, number>();
  #pod: Pod;
  #sandbox: PodSandbox | undefined;
  #podIPs: readonly string[] = [];
  #hasEnded = false;

  constructor(pod: Pod, options: PodWorkerOptions) {
    this.#pod = pod;
    this.#options = options;
    this.#firstSeenAtMs = options.now();
    this.#events = podEvents(options.record, () => this.#pod);
    this.#mounts = new PodMounts(options);
    this.#records = new ContainerRecords(pod, options.now);
  }

  get uid(): string | undefined {
    return this.#pod.metadata.uid;
  }

  /** A pod that was asked to end has: nothing of it is left on the node. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** True while a container or a volume waits for a ConfigMap or Secret. */
  get waitsForConfig(): boolean {
    return this.#configMissing.size > 0 || this.#mounts.areMissing;
  }

  /** Whether one of its volumes shows the object: then a change of it is to be written there. */
  showsInVolume(kind: string, name: string): boolean {
    return volumeReferences(this.#pod).has(`${kind}/${name}`);
  }

  view(): PodView {
    return {
      records: this.#records.all(),
      podIPs: this.#podIPs,
      hasSandbox: this.#sandbox !== undefined,
      hostIPs: this.#options.around.nodeAddresses,
      firstSeenAtMs: this.#firstSeenAtMs,
      nowMs: this.#options.now(),
    };
  }

  /**
   * Takes the pod one step towards what the object says.
   *
   * @returns when to come back although nothing happens, in milliseconds.
   */
  async sync(pod: Pod, signal: AbortSignal): Promise<number | undefined> {
    this.#pod = pod;
    if (isPodTerminating(pod)) {
      await this.#terminate();
      return undefined;
    }
    const attempted = new Set<string>();
    if (this.#runners.size > 0) this.#mounts.update(pod);
    for (;;) {
      const { start, backingOff, comeBackAtMs, isOver } = this.#actions();
      for (const name of backingOff) this.#reportBackOff(name);
      if (isOver) await this.#retire();
      const next = start.filter((name) => !attempted.has(name));
      if (next.length === 0) return this.#comeBackInMs(comeBackAtMs);
      const volumesByName = this.#mounts.byName ?? this.#mounts.update(pod);
      if (volumesByName === undefined) return this.#mountAgainInMs();
      // biome-ignore lint/nursery/useDisposables: the worker owns it.
      const sandbox = await this.#ensureSandbox(signal);
      for (const name of await this.#startEach(next, { sandbox, volumesByName }, signal)) {
        attempted.add(name);
      }
    }
  }

  /**
   * In the manifest's order: of two that want one port, the first gets it. Those after one whose postStart hook runs wait.
   *
   * @returns those that it has tried.
   */
  async #startEach(
    names: readonly string[],
    ground: PodGround,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    for (const [index, name] of names.entries()) {
      await this.#start(name, ground, signal);
      if (isHeld(this.#records.of(name))) return names.slice(0, index + 1);
    }
    return names;
  }

  /** Ends everything at once: the object is gone, or the node. */
  async kill(): Promise<void> {
    await using ending = new CleanupStack();
    ending.defer(() => {
      this.#hasEnded = true;
      return this.#removeSandbox();
    });
    for (const runner of this.#runners.values()) {
      runner[Symbol.dispose]();
      ending.defer(() => runner.running.stop({ graceMs: 0 }));
    }
  }

  #actions(): ReturnType<typeof podActions> {
    return podActions(this.#pod.spec, this.#records.all(), this.#options.now());
  }

  #comeBackInMs(comeBackAtMs: number | undefined): number | undefined {
    const times = [comeBackAtMs, this.#mounts.renewAtMs].filter((time) => time !== undefined);
    if (times.length > 0) {
      return Math.min(longestWaitMs, Math.max(0, Math.min(...times) - this.#options.now()));
    }
    return this.waitsForConfig ? configRetryMs : undefined;
  }

  #mountAgainInMs(): number {
    const complaint = this.#mounts.complaint();
    if (complaint !== undefined && "inMs" in complaint) return complaint.inMs;
    if (complaint !== undefined) this.#events.notMounted(complaint.message);
    return configRetryMs;
  }

  /** Containers first, sidecars after them, the sandbox last. */
  async #terminate(): Promise<void> {
    const { deletionGracePeriodSeconds = defaultGraceSeconds } = this.#pod.metadata;
    const running = [...this.#runners.keys()];
    const mains = running.filter((name) => this.#records.of(name).role !== "sidecar");
    for (const name of mains.length > 0 ? mains : running) {
      this.#stop(name, deletionGracePeriodSeconds);
    }
    if (running.length > 0) return;
    await this.#removeSandbox();
    this.#hasEnded = true;
  }

  /** The containers have done their work; a sidecar that still runs has nobody left to serve. */
  async #retire(): Promise<void> {
    for (const name of this.#runners.keys()) this.#stop(name, this.#graceSeconds());
    if (this.#runners.size === 0) await this.#removeSandbox();
  }

  #stop(name: string, graceSeconds: number): void {
    const isNews = this.#runners.get(name)?.stop(graceSeconds * 1_000) ?? false;
    if (isNews) this.#events.stopping(name);
  }

  #graceSeconds(): number {
    return this.#pod.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
  }

  async #ensureSandbox(signal: AbortSignal): Promise<PodSandbox> {
    if (this.#sandbox !== undefined) return this.#sandbox;
    try {
      this.#sandbox = await this.#options.host.createSandbox(this.#pod, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#events.noSandbox(messageOf(error));
      throw error;
    }
    this.#podIPs = this.#sandbox.podIPs;
    return this.#sandbox;
  }

  async #removeSandbox(): Promise<void> {
    // biome-ignore lint/nursery/useDisposables: disposed two lines below; the field is cleared first.
    const sandbox = this.#sandbox;
    this.#sandbox = undefined;
    await sandbox?.[Symbol.asyncDispose]();
    this.#mounts.remove(this.#pod);
  }

  async #start(name: string, ground: PodGround, signal: AbortSignal): Promise<void> {
    const { host, around, changed } = this.#options;
    const context = { pod: this.#pod, ground, host, around };
    const outcome = await startContainer(this.#records.of(name), context, signal);
    this.#configMissing.delete(name);
    switch (outcome.type) {
      case "config missing": {
        const { message } = outcome;
        this.#configMissing.add(name);
        this.#events.notStarted(name, message);
        this.#records.cannotStart(name, { reason: "CreateContainerConfigError", message });
        return;
      }
      case "failed":
        this.#events.notStarted(name, outcome.exit.message);
        this.#records.begin(name, "");
        this.#records.end(name, outcome.exit);
        changed();
        return;
      case "completed":
        this.#announce(name);
        this.#records.begin(name, "");
        this.#records.end(name, { exitCode: 0 });
        return;
      case "running":
        this.#announce(name);
        this.#records.begin(name, outcome.running.id);
        this.#watch(name, outcome.running);
    }
  }

  #announce(name: string): void {
    this.#events.pulled(name);
    this.#events.created(name);
    this.#events.started(name);
  }

  #watch(name: string, running: RunningContainer): void {
    const { host, now, timer, probeTimeScale, log, changed } = this.#options;
    const runner = new ContainerRunner({
      container: this.#records.of(name).container,
      running,
      podIP: this.#podIPs[0] ?? "",
      startedAtMs: now(),
      connectTcp: host.connectTcp,
      probeTimeScale,
      firstReadinessPeriodMs: firstReadinessPeriodMs(this.#pod),
      timer,
      now,
      onVerdict: (kind, verdict) => this.#onVerdict(name, kind, verdict),
      onProbeFailure: (kind, why) => this.#events.probeFailed(name, kind, why),
      onHookDone: () => {
        this.#records.hookDone(name);
        changed();
      },
      onHookFailure: (hook, why) => {
        this.#events.hookFailed(name, hook, why);
        if (hook === "postStart") this.#stop(name, this.#graceSeconds());
      },
      onStopFailure: (err) => log.warn({ container: name, err }, "container did not stop"),
    });
    this.#runners.set(name, runner);
    const ended = (exit: ContainerExit): void => {
      runner[Symbol.dispose]();
      this.#runners.delete(name);
      this.#records.end(name, exit);
      changed();
    };
    running.exited.then(ended, (error: unknown) =>
      ended({ exitCode: UNKNOWN_EXIT_CODE, message: messageOf(error) }),
    );
  }

  #onVerdict(name: string, kind: ProbeKind, verdict: ProbeVerdict): void {
    this.#records.judge(name, kind, verdict);
    if (kind !== "readiness" && verdict !== "success") this.#restart(name, kind);
    this.#options.changed();
  }

  #restart(name: string, kind: ProbeKind): void {
    this.#events.restarting(name, kind);
    const { livenessProbe, startupProbe } = this.#records.of(name).container;
    const probe = kind === "startup" ? startupProbe : livenessProbe;
    const graceSeconds = probe?.terminationGracePeriodSeconds ?? this.#graceSeconds();
    this.#runners.get(name)?.stop(graceSeconds * 1_000);
  }

  #reportBackOff(name: string): void {
    const { run } = this.#records.of(name);
    if (run.type !== "ended" || this.#reported.get(name) === run.end.endedAtMs) return;
    this.#reported.set(name, run.end.endedAtMs);
    this.#events.backingOff(name);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
