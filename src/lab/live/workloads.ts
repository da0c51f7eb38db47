/** What a lab can be asked to do with a workload as a whole. */
import type { Store } from "../../api/store/store.ts";
import type { WorkloadPlace } from "../../topology/where/where.ts";
import { waitForStore } from "./readiness/wait-for.ts";
import { restarted, rolloutLack, withImage } from "./rollout.ts";
import { RunError } from "./run-error.ts";

export class Workloads {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws RunError where there is none, and of a DaemonSet. */
  scale({ kind, namespace, name }: WorkloadPlace, replicas: number): void {
    if (kind === "DaemonSet") {
      throw new RunError("RUN_BAD_REQUEST", "a DaemonSet has as many pods as nodes fit it");
    }
    const scaled = this.#store.patch(kind, { namespace, name }, (object) => ({
      ...object,
      spec: { ...object.spec, replicas },
    }));
    if (scaled === undefined) throw noWorkload({ kind, namespace, name });
  }

  /** Restarts a deployment, or gives it another image; resolves when that is done. @throws RunError where there is none. */
  async rollout(
    place: WorkloadPlace,
    image: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const changed = this.#store.patch("Deployment", place, (object) =>
      image === undefined ? restarted(object, new Date()) : withImage(object, image),
    );
    if (changed === undefined) throw noWorkload(place);
    await waitForStore(this.#store, () => this.#rolloutLack(place) === undefined, signal);
  }

  describeRollout(place: WorkloadPlace): string {
    return this.#rolloutLack(place) ?? "successfully rolled out";
  }

  #rolloutLack(place: WorkloadPlace): string | undefined {
    const deployment = this.#store.get("Deployment", place);
    return deployment === undefined ? "there is no such deployment" : rolloutLack(deployment);
  }
}

function noWorkload({
  kind,
  namespace,
  name,
}: Pick<WorkloadPlace, "kind" | "namespace" | "name">): RunError {
  return new RunError("RUN_NO_SUCH_PLACE", `there is no ${kind} ${namespace}/${name}`);
}
