/** What scenario steps may do with a lab; the live lab is one. */
import type { AnyObject, Kind } from "../../api/objects/kinds.ts";
import type { ObjectKey } from "../../api/objects/meta.ts";
import type { ApplyOutcome } from "../../api/requests/apply-object.ts";
import type { RunningCapture } from "../../observe/capture.ts";
import type { Artifact } from "../../observe/event.ts";
import type { ProbeResult } from "../../observe/probe.ts";
import type { PacketWalk } from "../../observe/walk/packet-walk.ts";
import type {
  FaultTarget,
  ImpairStep,
  Probe,
  WaitCondition,
} from "../../topology/scenario/scenario.ts";
import type {
  InterfacePlace,
  Machine,
  PodPlace,
  WorkloadPlace,
} from "../../topology/where/where.ts";
import type { ExecResult } from "../control/protocol.ts";
import type { Places } from "../live/places/places.ts";

export interface ScenarioLab {
  readonly name: string;
  readonly places: Places;
  probe(probe: Probe, signal: AbortSignal): Promise<ProbeResult>;
  /** One attempt, watched on its way. */
  walk(probe: Probe, signal: AbortSignal): Promise<PacketWalk>;
  /** Resolves once every interface is captured. The caller owns the result. */
  capture(at: readonly InterfacePlace[], signal: AbortSignal): Promise<RunningCapture>;
  exec(
    at: Machine,
    command: readonly string[],
    options: { readonly timeoutMs?: number | undefined; readonly signal: AbortSignal },
  ): Promise<ExecResult>;
  /** As `kubectl apply` does; says what has become of each. */
  apply(
    objects: readonly AnyObject[],
  ): ReadonlyArray<{ readonly object: AnyObject; readonly outcome: ApplyOutcome }>;
  delete(kind: Kind, key: ObjectKey): void;
  scale(workload: WorkloadPlace, replicas: number): void;
  /**
   * Replaces the pods of a deployment, by another image or a restart; resolves when that is done.
   *
   * @throws the signal's reason when it is not done before.
   */
  rollout(workload: WorkloadPlace, image: string | undefined, signal: AbortSignal): Promise<void>;
  /** How far it is: `2 out of 4 new replicas have been updated`. */
  describeRollout(workload: WorkloadPlace): string;
  /** Resolves when it has stopped. */
  fail(target: FaultTarget): Promise<void>;
  heal(target: FaultTarget): Promise<void>;
  /** What is given changes, and the rest stays as it was. */
  impair(impairment: Omit<ImpairStep, "type" | "title" | "location">): void;
  /** Ends a pod without grace and says which. */
  kill(pod: PodPlace | WorkloadPlace): ObjectKey;
  /** @throws the signal's reason when the condition does not come true before. */
  wait(condition: WaitCondition, signal: AbortSignal): Promise<void>;
  /** What a wait waits for, as it stands now: `2 of 4 endpoints`. */
  describeWait(condition: WaitCondition): string;
  /** Rules, routes, neighbours and connections of every machine, written below `directory`. */
  writeSnapshot(directory: string): Promise<readonly Artifact[]>;
}
