import type { Container, PodSpec } from "../objects/pod.ts";

type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const counted = ["cpu", "memory"] as const;

/** Guaranteed: every container limits CPU and memory, and asks for no less. BestEffort: none asks for anything. */
export function qosClass({ containers, initContainers = [] }: PodSpec): QosClass {
  const all = [...initContainers, ...containers];
  if (all.every(asksNothing)) return "BestEffort";
  return all.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}

function asksNothing({ resources: { requests = {}, limits = {} } = {} }: Container): boolean {
  return counted.every((name) => isZero(requests[name]) && isZero(limits[name]));
}

function isGuaranteed({ resources: { requests = {}, limits = {} } = {} }: Container): boolean {
  return counted.every((name) => {
    const limit = limits[name];
    return !isZero(limit) && String(requests[name] ?? limit) === String(limit);
  });
}

function isZero(quantity: string | undefined): boolean {
  return quantity === undefined || /^0+(\.0*)?\D*$/.test(quantity);
}
