/** The lab of this sandbox, once a caller has had it built, and those who listen to what happens in it. */
import type { Logger } from "pino";
import type { Emit } from "../../../observe/event.ts";
import type { Operations } from "../../control/protocol.ts";
import { LiveLab } from "../../live/live-lab.ts";
import { RunError } from "../../live/run-error.ts";
import type { LabLog } from "../lab-log.ts";
import { followObjects } from "../object-events.ts";

export interface LabSessionOptions {
  readonly name: string;
  readonly hostPid: Promise<number>;
  readonly log: Logger;
  /** What all components log, for those who ask. */
  readonly labLog: LabLog;
  /** See {@link LiveLabOptions.apiListenerFd}. */
  readonly apiListenerFd: number | undefined;
}

export class LabSession {
  /** Of this process, as the host knows it. */
  readonly hostPid: Promise<number>;
  readonly labLog: LabLog;
  readonly #options: LabSessionOptions;
  readonly #listeners = new Set<Emit>();
  #isBuilding = false;
  #lab: LiveLab | undefined;

  constructor(options: LabSessionOptions) {
    this.#options = options;
    this.hostPid = options.hostPid;
    this.labLog = options.labLog;
  }

  /** @throws RunError when there is none yet. */
  get lab(): LiveLab {
    if (this.#lab !== undefined) return this.#lab;
    throw new RunError("RUN_BAD_REQUEST", "the lab is not built yet");
  }

  /** @throws RunError the second time. */
  async build(request: Operations["build"]["request"], signal: AbortSignal): Promise<LiveLab> {
    if (this.#isBuilding) throw new RunError("RUN_BAD_REQUEST", "the lab is built already");
    this.#isBuilding = true;
    const { name, log, labLog, apiListenerFd } = this.#options;
    const emit: Emit = (event) => {
      for (const listener of this.#listeners) listener(event);
    };
    const lab = await LiveLab.build({
      ...{ name, request, log, emit, signal, apiListenerFd },
      onStore: (store) => labLog.followEvents(store),
    });
    this.#lab = lab;
    followObjects(lab.cluster.store, emit);
    return lab;
  }

  /** Tells `listener` of every event for as long as `work` takes. */
  async telling<T>(listener: Emit, work: () => Promise<T>): Promise<T> {
    this.#listeners.add(listener);
    try {
      return await work();
    } finally {
      this.#listeners.delete(listener);
    }
  }
}
