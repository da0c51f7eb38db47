import { ContainerLog } from "./container-log.ts";

/** The logs of a node's containers: of each the run that is, or was last, and the one before. */
export class PodLogs {
  readonly #byContainer = new Map<string, ContainerLog[]>();

  /** A run begins: what was the present log becomes the previous one. */
  begin(podUid: string, container: string): ContainerLog {
    const key = keyOf(podUid, container);
    const log = new ContainerLog();
    const [former] = this.#byContainer.get(key) ?? [];
    this.#byContainer.set(key, former === undefined ? [log] : [log, former]);
    return log;
  }

  /** Undefined when there was no such run. */
  find(podUid: string, container: string, which: "current" | "previous"): ContainerLog | undefined {
    return this.#byContainer.get(keyOf(podUid, container))?.[which === "current" ? 0 : 1];
  }

  /** The pod's object is gone, and so is what its containers said. */
  forget(podUid: string): void {
    for (const key of this.#byContainer.keys()) {
      if (key.startsWith(keyOf(podUid, ""))) this.#byContainer.delete(key);
    }
  }
}

function keyOf(podUid: string, container: string): string {
  return `${podUid}/${container}`;
}
