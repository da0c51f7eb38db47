/** A scenario as resolved: what `podwire test` runs, step after step. */
import type { AnyObject, Kind } from "../../api/objects/kinds.ts";
import type { SourceLocation } from "../../base/podwire-error.ts";
import type { ProbeKind } from "../../net/probe-kind.ts";
import type {
  InterfacePlace,
  Machine,
  NodePlace,
  PodPlace,
  ServicePlace,
  Target,
  WorkloadKind,
  WorkloadPlace,
} from "../where/where.ts";
import type { Bounds, ExecExpectation, ProbeExpectation } from "./expectation.ts";
import type { Template } from "./template.ts";

export interface Scenario {
  /** A sentence that holds when the scenario passes. */
  readonly name: string;
  readonly description: string | undefined;
  readonly location: SourceLocation;
  readonly steps: readonly Step[];
}

interface StepOf<T extends string> {
  readonly type: T;
  /** The user's, or a sentence made from what the step does. */
  readonly title: string;
  readonly location: SourceLocation;
}

/** Start to record at these interfaces; a place that is recorded already starts afresh. */
export interface CaptureStep extends StepOf<"capture"> {
  readonly at: readonly InterfacePlace[];
}

/** Undefined means: as the probe itself would have it. */
export interface Probe {
  readonly kind: ProbeKind;
  readonly from: Machine;
  /** For dns the name asked for, as a place of type `name` whatever it looks like. */
  readonly to: Target;
  readonly count: number;
  readonly timeoutMs: number | undefined;
  /** Undefined: the cluster's first. */
  readonly ipFamily: "IPv4" | "IPv6" | undefined;
  readonly sourcePort: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly dontFragment: boolean | undefined;
  readonly maxHops: number | undefined;
  readonly durationMs: number | undefined;
  readonly method: string | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: string | undefined;
  readonly recordType: string | undefined;
  readonly overTcp: boolean | undefined;
  readonly server: string | undefined;
}

export interface ProbeStep extends StepOf<"probe"> {
  readonly probe: Probe;
  readonly expect: ProbeExpectation;
  /** Where `expect` is written; the step itself when it is not. */
  readonly expectLocation: SourceLocation;
}

/** Count the captured packets that a display filter matches. */
export interface PacketsStep extends StepOf<"packets"> {
  /** Empty: everywhere that is captured. */
  readonly at: readonly InterfacePlace[];
  readonly where: Template;
  readonly expect: Bounds;
  /** How long to wait for packets that have not come yet; for `none`, how long to watch. */
  readonly withinMs: number | undefined;
}

/** Run a program; a text is run by `sh -c`. */
export interface ExecStep extends StepOf<"exec"> {
  readonly at: Machine;
  readonly command: readonly Template[];
  readonly timeoutMs: number | undefined;
  readonly expect: ExecExpectation;
  readonly expectLocation: SourceLocation;
}

/** Create these, or make what is there so, as `kubectl apply` does. */
export interface ApplyStep extends StepOf<"apply"> {
  readonly objects: readonly AnyObject[];
}

export interface DeleteStep extends StepOf<"delete"> {
  readonly kind: Kind;
  /** `""` for kinds without a namespace. */
  readonly namespace: string;
  readonly name: string;
}

export interface ScaleStep extends StepOf<"scale"> {
  readonly workload: WorkloadPlace & { readonly kind: Exclude<WorkloadKind, "DaemonSet"> };
  readonly replicas: number;
}

/** End a pod without grace; whoever owns it makes another. */
export interface KillStep extends StepOf<"kill"> {
  readonly pod: PodPlace | WorkloadPlace;
}

/** What `wait` waits for. */
export type WaitCondition =
  /** The Service has so many ready endpoints, those of pods that are gone not counted, and every node's rules know them. */
  | { readonly type: "endpoints"; readonly service: ServicePlace; readonly count: Bounds }
  /** The pod is ready; of a workload, all its pods. */
  | { readonly type: "ready"; readonly place: PodPlace | WorkloadPlace | NodePlace }
  | { readonly type: "deleted"; readonly place: PodPlace | WorkloadPlace | ServicePlace }
  /** What the nodes' rules say is what the objects say; undefined: on every node. */
  | { readonly type: "rules"; readonly node: string | undefined };

export interface WaitStep extends StepOf<"wait"> {
  readonly condition: WaitCondition;
  readonly withinMs: number;
}

/** Replace a deployment's pods: with another image, or as `kubectl rollout restart` does. */
export interface RolloutStep extends StepOf<"rollout"> {
  readonly workload: WorkloadPlace;
  readonly image: string | undefined;
  readonly withinMs: number;
}

/** What can fail and heal. */
export type FaultTarget =
  | { readonly type: "node"; readonly name: string }
  /** The cable of a machine's interface. */
  | { readonly type: "link"; readonly at: InterfacePlace }
  /** Such as `kube-proxy`; undefined node: on every node. */
  | { readonly type: "component"; readonly name: string; readonly node: string | undefined };

export interface FailStep extends StepOf<"fail"> {
  readonly target: FaultTarget;
}

export interface HealStep extends StepOf<"heal"> {
  readonly target: FaultTarget;
}

/** As `tc netem` and `tc tbf` do it, to what leaves or enters the interface. */
export interface ImpairStep extends StepOf<"impair"> {
  readonly at: InterfacePlace;
  readonly direction: "out" | "in" | "both";
  readonly delayMs: number | undefined;
  readonly jitterMs: number | undefined;
  /** 0..1. */
  readonly loss: number | undefined;
  readonly duplicate: number | undefined;
  readonly corrupt: number | undefined;
  readonly reorder: number | undefined;
  readonly rateBitsPerSecond: number | undefined;
}

export interface ParallelStep extends StepOf<"parallel"> {
  readonly steps: readonly Step[];
}

/** Repeat a probe while other steps run, and judge all its attempts. */
export interface DuringStep extends StepOf<"during"> {
  readonly steps: readonly Step[];
  readonly probe: Probe;
  readonly everyMs: number;
  readonly expect: ProbeExpectation;
  readonly expectLocation: SourceLocation;
}

export type Step =
  | CaptureStep
  | ProbeStep
  | PacketsStep
  | ExecStep
  | ApplyStep
  | DeleteStep
  | ScaleStep
  | KillStep
  | WaitStep
  | RolloutStep
  | FailStep
  | HealStep
  | ImpairStep
  | ParallelStep
  | DuringStep;

export type StepType = Step["type"];

/** Every step of the language, in the order in which the reference explains them. */
export const stepTypes: readonly StepType[] = [
  "capture",
  "probe",
  "packets",
  "exec",
  "apply",
  "delete",
  "scale",
  "kill",
  "wait",
  "rollout",
  "fail",
  "heal",
  "impair",
  "parallel",
  "during",
];
