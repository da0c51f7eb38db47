/** Steps that write to the store, or wait for it: apply, delete, scale, kill, wait, rollout. */
import type { RawApply, RawRollout, RawScale, RawWait } from "../../raw/scenario/raw-step.ts";
import { parseDurationMs } from "../../scalars.ts";
import type {
  ApplyStep,
  DeleteStep,
  KillStep,
  RolloutStep,
  ScaleStep,
  WaitCondition,
  WaitStep,
} from "../../scenario/scenario.ts";
import { at, type Spot } from "../../source/source.ts";
import type { WorkloadKind } from "../../where/where.ts";
import { readPod, resolveBounds } from "./resolve-expectation.ts";
import type { Body } from "./resolve-traffic-steps.ts";
import { readService, readWhere, readWorkload, refuse, type StepContext } from "./step-context.ts";

const defaultWaitMs = 10_000;
const defaultRolloutMs = 30_000;

export function resolveApply(context: StepContext, raw: RawApply, spot: Spot): Body<ApplyStep> {
  const objects = context.readObjects(raw, spot).map(({ object }) => object);
  return { type: "apply", objects };
}

export function resolveDelete(
  context: StepContext,
  text: string,
  spot: Spot,
): Body<DeleteStep> | undefined {
  const where = readWhere(context, text, spot);
  switch (where?.type) {
    case undefined:
      return undefined;
    case "pod":
      return { type: "delete", kind: "Pod", namespace: where.namespace, name: where.name };
    case "service":
      return { type: "delete", kind: "Service", namespace: where.namespace, name: where.name };
    case "workload":
      return { type: "delete", kind: where.kind, namespace: where.namespace, name: where.name };
    case "node":
      return { type: "delete", kind: "Node", namespace: "", name: where.name };
    default:
      return refuse(context, spot, `${text}: is no object of the API`, {
        hint: "write pod/NAMESPACE/NAME, deploy/NAMESPACE/NAME, svc/NAMESPACE/NAME, …",
      });
  }
}

const scalable = [
  ["deployment", "Deployment"],
  ["statefulset", "StatefulSet"],
  ["replicaset", "ReplicaSet"],
] as const;

export function resolveScale(
  context: StepContext,
  raw: RawScale,
  spot: Spot,
): Body<ScaleStep> | undefined {
  const given = scalable.filter(([key]) => raw[key] !== undefined);
  const [first, second] = given;
  if (first === undefined || second !== undefined) {
    const message = "scale needs exactly one of deployment, statefulset, replicaset";
    return refuse(context, spot, message, { code: "TOPOLOGY_BAD_STEP" });
  }
  const [key, kind] = first;
  const workload = readWorkload(context, raw[key] ?? "", kind, at(spot, key));
  if (workload === undefined) return undefined;
  return { type: "scale", workload: { ...workload, kind }, replicas: raw.replicas };
}

export function resolveKill(
  context: StepContext,
  text: string,
  spot: Spot,
): Body<KillStep> | undefined {
  const pod = readPod(context, text, spot);
  return pod === undefined ? undefined : { type: "kill", pod };
}

const conditions = ["endpoints", "ready", "deleted", "rules"] as const;

export function resolveWait(
  context: StepContext,
  raw: RawWait,
  spot: Spot,
): Body<WaitStep> | undefined {
  const given = conditions.filter((key) => raw[key] !== undefined);
  const [key, other] = given;
  const list = conditions.join(", ");
  if (key === undefined || other !== undefined) {
    const both = other === undefined ? "" : `; this has both ${key} and ${other}`;
    const message = `wait has exactly one of ${list}${both}`;
    return refuse(context, spot, message, { code: "TOPOLOGY_BAD_STEP" });
  }
  if (raw.count !== undefined && key !== "endpoints") {
    const message = `wait: ${key} has no \`count\``;
    const hint = "remove it: it belongs to endpoints";
    const options = { code: "TOPOLOGY_UNKNOWN_FIELD", target: "key", hint } as const;
    refuse(context, at(spot, "count"), message, options);
  }
  const condition = resolveCondition(context, raw, key, at(spot, key));
  if (condition === undefined) return undefined;
  const withinMs = raw.within === undefined ? undefined : parseDurationMs(raw.within);
  return { type: "wait", condition, withinMs: withinMs ?? defaultWaitMs };
}

function resolveCondition(
  context: StepContext,
  raw: RawWait,
  key: (typeof conditions)[number],
  spot: Spot,
): WaitCondition | undefined {
  const text = raw[key] ?? "";
  if (key === "endpoints") {
    const service = readService(context, text, spot);
    const count = resolveBounds(raw.count ?? { atLeast: 1 });
    return service && { type: "endpoints", service, count };
  }
  if (key === "rules") {
    if (text === "all") return { type: "rules", node: undefined };
    const node = text.replace(/^node\//, "");
    readWhere(context, `node/${node}`, spot);
    return { type: "rules", node };
  }
  const place = readWhere(context, text, spot);
  if (place === undefined) return undefined;
  if (place.type === "pod" || place.type === "workload") return { type: key, place };
  if (key === "ready" && place.type === "node") return { type: key, place };
  if (key === "deleted" && place.type === "service") return { type: key, place };
  return refuse(context, spot, `${key} ${text}: nothing to wait for`, {
    hint: "write pod/NAMESPACE/NAME or deploy/NAMESPACE/NAME",
  });
}

export function resolveRollout(
  context: StepContext,
  raw: RawRollout,
  spot: Spot,
): Body<RolloutStep> | undefined {
  const kind: WorkloadKind = "Deployment";
  const workload = readWorkload(context, raw.deployment, kind, at(spot, "deployment"));
  if (workload === undefined) return undefined;
  const withinMs = raw.within === undefined ? undefined : parseDurationMs(raw.within);
  return { type: "rollout", workload, image: raw.image, withinMs: withinMs ?? defaultRolloutMs };
}
