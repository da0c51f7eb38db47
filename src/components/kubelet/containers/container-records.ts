import type { Pod } from "../../../api/objects/pod.ts";
import type { ContainerExit } from "../kubelet-host.ts";
import type { ProbeKind, ProbeVerdict } from "../probe/probe-state.ts";
import {
  type ContainerRecord,
  initialRecords,
  withEnd,
  withHookDone,
  withProbeResult,
  withStart,
  withStartError,
} from "./container-record.ts";

/** What is known of the containers of one pod, by name. */
export class ContainerRecords {
  readonly #byName: Map<string, ContainerRecord>;
  readonly #now: () => number;

  constructor(pod: Pod, now: () => number) {
    const records = initialRecords(pod);
    this.#byName = new Map(records.map((record) => [record.container.name, record]));
    this.#now = now;
  }

  /** Init containers first, in the order in which they run. */
  all(): readonly ContainerRecord[] {
    return [...this.#byName.values()];
  }

  of(name: string): ContainerRecord {
    const record = this.#byName.get(name);
    if (record === undefined) throw new Error(`pod has no container ${name}`);
    return record;
  }

  /** @param id empty when it has not even started. */
  begin(name: string, id: string): void {
    this.#byName.set(name, withStart(this.of(name), id, this.#now()));
  }

  hookDone(name: string): void {
    this.#byName.set(name, withHookDone(this.of(name)));
  }

  /** Of a container that does not run, nothing. */
  end(name: string, exit: ContainerExit): void {
    const record = this.of(name);
    const { run } = record;
    if (run.type !== "running") return;
    const { id, startedAtMs } = run;
    const end = { ...exit, id, startedAtMs, endedAtMs: this.#now() };
    this.#byName.set(name, withEnd(record, end));
  }

  cannotStart(name: string, error: Parameters<typeof withStartError>[1]): void {
    this.#byName.set(name, withStartError(this.of(name), error));
  }

  /** What a probe makes true of it; a container that is to be restarted stays as it is until it ends. */
  judge(name: string, kind: ProbeKind, verdict: ProbeVerdict): void {
    const record = this.of(name);
    const isGood = verdict === "success";
    if (kind === "readiness") this.#byName.set(name, withProbeResult(record, { ready: isGood }));
    if (kind === "startup" && isGood) {
      const ready = record.container.readinessProbe === undefined;
      this.#byName.set(name, withProbeResult(record, { started: true, ready }));
    }
  }
}
