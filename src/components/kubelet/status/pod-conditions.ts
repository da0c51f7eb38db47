/** The conditions that kubelet owns, with its reasons and words. */
import type { Condition } from "../../../api/objects/meta.ts";
import type { ContainerStatus, PodPhase, PodSpec } from "../../../api/objects/pod.ts";

export interface ConditionInput {
  readonly spec: PodSpec;
  readonly phase: PodPhase;
  readonly hasSandbox: boolean;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  /** Those of the stored object: readiness gates are other people's conditions. */
  readonly existing: readonly Condition[];
}

/** In the order in which kubelet writes them; PodScheduled is the scheduler's. */
export function podConditions(input: ConditionInput): readonly Condition[] {
  const containersReady = containersReadyCondition(input);
  return [
    { type: "PodReadyToStartContainers", status: input.hasSandbox ? "True" : "False" },
    initializedCondition(input),
    readyCondition(input, containersReady),
    containersReady,
  ];
}

function initializedCondition({ phase, initStatuses, statuses }: ConditionInput): Condition {
  const type = "Initialized";
  if (phase === "Succeeded") return { type, status: "True", reason: "PodCompleted" };
  // Once a container has run, the pod has been initialized, whatever its init containers do now.
  const hasRun = statuses.some(({ state, lastState }) => !state.waiting || lastState.terminated);
  // Of a sidecar it is enough that it has started.
  const incomplete = initStatuses.filter(({ ready, started }) => !ready && started !== true);
  if (hasRun || incomplete.length === 0) return { type, status: "True" };
  return {
    type,
    status: "False",
    reason: "ContainersNotInitialized",
    message: `containers with incomplete status: ${list(incomplete)}`,
  };
}

function containersReadyCondition({
  phase,
  statuses,
  initStatuses,
  spec,
}: ConditionInput): Condition {
  const type = "ContainersReady";
  if (phase === "Succeeded") return { type, status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { type, status: "False", reason: "PodFailed" };
  const sidecars = initStatuses.filter(({ name }) =>
    spec.initContainers?.some((each) => each.name === name && each.restartPolicy === "Always"),
  );
  const unready = [...sidecars, ...statuses].filter(({ ready }) => !ready);
  if (unready.length === 0) return { type, status: "True" };
  return {
    type,
    status: "False",
    reason: "ContainersNotReady",
    message: `containers with unready status: ${list(unready)}`,
  };
}

function readyCondition({ spec, existing }: ConditionInput, containers: Condition): Condition {
  const type = "Ready";
  if (containers.status !== "True") return { ...containers, type };
  const complaints = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = existing.find((condition) => condition.type === conditionType);
    if (gate === undefined) {
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    }
    return gate.status === "True"
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  if (complaints.length === 0) return { type, status: "True" };
  return {
    type,
    status: "False",
    reason: "ReadinessGatesNotReady",
    message: complaints.join(", "),
  };
}

/** `[a b]`, as Go prints a list. */
function list(statuses: readonly ContainerStatus[]): string {
  return `[${statuses.map(({ name }) => name).join(" ")}]`;
}
