/**
 * Whether a kube-proxy keeps up: what a load balancer asks before it sends anything to a node, and
 * kubelet before it restarts the proxy. Port 10256.
 */
import type { Node } from "../../../api/objects/cluster.ts";
import type { HealthResponse } from "../model/service-health.ts";

/** The autoscaler puts it on a node that it is about to remove. */
const LEAVING_TAINT = "ToBeDeletedByClusterAutoscaler";

/** Milliseconds since the epoch. */
export class ProxyHealth {
  readonly #syncPeriodMs: number;
  #updatedMs: number;
  /** When the oldest change came that no sync has met. */
  #queuedMs: number | undefined;

  constructor(syncPeriodMs: number, nowMs: number) {
    this.#syncPeriodMs = syncPeriodMs;
    this.#updatedMs = nowMs;
  }

  queued(nowMs: number): void {
    this.#queuedMs ??= nowMs;
  }

  /** A sync has met what was queued up to `startedMs`; what came meanwhile waits for the next. */
  updated(startedMs: number, nowMs: number): void {
    this.#updatedMs = nowMs;
    if (this.#queuedMs !== undefined && this.#queuedMs <= startedMs) this.#queuedMs = undefined;
  }

  isHealthy(nowMs: number): boolean {
    return this.#queuedMs === undefined || nowMs - this.#queuedMs <= 2 * this.#syncPeriodMs;
  }

  /** A healthy proxy has all there is to have: it is as good as updated now. */
  updatedMs(nowMs: number): number {
    return this.isHealthy(nowMs) ? nowMs : this.#updatedMs;
  }
}

/** Whether new connections should be sent to the node: not to one that is about to go. */
export function isNodeEligible(node: Node | undefined): boolean {
  if (node === undefined) return true;
  const isLeaving = node.spec.taints?.some(({ key }) => key === LEAVING_TAINT) ?? false;
  return node.metadata.deletionTimestamp === undefined && !isLeaving;
}

/** `/healthz`: of the proxy and of its node. */
export function renderHealthz(
  health: ProxyHealth,
  { isEligible, nowMs }: { readonly isEligible: boolean; readonly nowMs: number },
): HealthResponse {
  const isWell = health.isHealthy(nowMs) && isEligible;
  return respond(isWell, `${times(health, nowMs)}, "nodeEligible": ${isEligible}}`);
}

/** `/livez`: of the proxy alone. */
export function renderLivez(health: ProxyHealth, nowMs: number): HealthResponse {
  return respond(health.isHealthy(nowMs), `${times(health, nowMs)}}`);
}

function respond(isWell: boolean, body: string): HealthResponse {
  return {
    status: isWell ? 200 : 503,
    headers: { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" },
    body,
  };
}

function times(health: ProxyHealth, nowMs: number): string {
  const updated = formatGoTime(health.updatedMs(nowMs));
  return `{"lastUpdated": "${updated}","currentTime": "${formatGoTime(nowMs)}"`;
}

/** As Go prints a time: `2026-11-28 02:22:40.123 +0000 UTC`. */
function formatGoTime(ms: number): string {
  const [date = "", time = ""] = new Date(ms).toISOString().split(/[TZ]/);
  return `${date} ${time} +0000 UTC`;
}
