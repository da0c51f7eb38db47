/** What the lab's components log, and the Events that they write: kept for those who ask, whatever goes to standard error. */
import type { Event } from "../../api/objects/cluster.ts";
import type { Store } from "../../api/store/store.ts";
import { ContainerLog } from "../../components/kubelet/logs/container-log.ts";

/** Real components' names in Events, and podwire's names of the same. */
const componentsOfEvents: ReadonlyMap<string, string> = new Map([
  ["default-scheduler", "scheduler"],
  ["daemonset-controller", "daemon-set"],
  ["deployment-controller", "deployment"],
  ["replicaset-controller", "replica-set"],
  ["statefulset-controller", "stateful-set"],
  ["endpoint-slice-controller", "endpoint-slice"],
  ["taint-eviction-controller", "pod-lifecycle"],
  ["node-controller", "pod-lifecycle"],
]);

/** pino's number of it. */
const INFO = 30;
const WARN = 40;

export interface LogFilter {
  readonly component: string;
  /** Of components that run on every node. */
  readonly node?: string | undefined;
}

export interface LabLogOptions {
  /** Lines of the end; all that are kept unless given. */
  readonly tail?: number | undefined;
  readonly follow?: boolean | undefined;
}

export class LabLog {
  /** The last few megabytes, each line an object in JSON as pino writes it. */
  readonly #lines = new ContainerLog();

  /** For pino: takes a whole line at a time. */
  write(line: string): void {
    this.#lines.write("stdout", Buffer.from(line));
  }

  /** From now on its Events are lines as well. */
  followEvents(store: Store): void {
    store.watch("Event", ({ type, object }) => {
      if (type === "DELETED") return;
      this.write(`${JSON.stringify(lineOf(object, store.timestamp()))}\n`);
    });
  }

  /** Lines of JSON, without newline. */
  async *read(
    filter: LogFilter,
    { tail, follow = false }: LabLogOptions,
    signal: AbortSignal,
  ): AsyncGenerator<string, void, undefined> {
    let next = this.#lines.next;
    const kept = this.#select(0, filter);
    yield* tail === undefined ? kept : kept.slice(Math.max(0, kept.length - tail));
    while (follow && !signal.aborted) {
      await this.#lines.reaches(next, signal);
      const fresh = this.#select(next, filter);
      next = this.#lines.next;
      yield* fresh;
    }
  }

  #select(from: number, filter: LogFilter): readonly string[] {
    return this.#lines
      .from(from)
      .map(({ bytes }) => Buffer.from(bytes).toString("utf8").trimEnd())
      .filter((line) => isOf(line, filter));
  }
}

function isOf(line: string, { component, node }: LogFilter): boolean {
  // Cheaper than to parse every line of a busy lab.
  if (!line.includes(`"component":${JSON.stringify(component)}`)) return false;
  return node === undefined || line.includes(`"node":${JSON.stringify(node)}`);
}

function lineOf(event: Event, now: string): object {
  const { type, reason, message, source, involvedObject: about, lastTimestamp = now } = event;
  const { component = "", host } = source ?? {};
  return {
    level: type === "Warning" ? WARN : INFO,
    time: Date.parse(lastTimestamp),
    component: componentsOfEvents.get(component) ?? component,
    ...(host !== undefined && { node: host }),
    object: `${about.kind}/${about.namespace ?? ""}/${about.name}`,
    reason,
    msg: message,
  };
}
