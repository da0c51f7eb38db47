/**
 * Whether a kube-proxy keeps up: what a load balancer asks before it sends anything to a node, and
 * kubelet before it restarts the proxy. Port 10256.
 */
import type { Node } from "../../../api/objects/cluster.ts";
import type { IpFamily } from "../../../net/ip-address.ts";
import type { HealthResponse } from "./service-health.ts";

/** The autoscaler puts it on a node that it is about to remove. */
const LEAVING_TAINT = "ToBeDeletedByClusterAutoscaler";

/** Of one address family. Milliseconds since the epoch. */
export class ProxierHealth {
  readonly family: IpFamily;
  readonly #syncPeriodMs: number;
  #updatedMs: number;
  /** When the oldest change came that no sync has met. */
  #queuedMs: number | undefined;

  constructor(family: IpFamily, syncPeriodMs: number, nowMs: number) {
    this.family = family;
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

  get updatedMs(): number {
    return this.#updatedMs;
  }

  isHealthy(nowMs: number): boolean {
    return this.#queuedMs === undefined || nowMs - this.#queuedMs < 2 * this.#syncPeriodMs;
  }
}

/** Of a kube-proxy as a whole: one family that lags is enough. */
export function isProxyHealthy(proxiers: readonly ProxierHealth[], nowMs: number): boolean {
  return proxiers.every((proxier) => proxier.isHealthy(nowMs));
}

/**
 * Whether new connections should be sent to the node: not to one that is about to go, nor to one whose object kube-proxy has
 * never seen (until Kubernetes 1.33: to this one they should).
 */
export function isNodeEligible(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const isLeaving = node.spec.taints?.some(({ key }) => key === LEAVING_TAINT) ?? false;
  return node.metadata.deletionTimestamp === undefined && !isLeaving;
}

/** `/healthz`: of the proxy and of its node. */
export function renderHealthz(
  proxiers: readonly ProxierHealth[],
  { nowMs, isEligible }: { readonly nowMs: number; readonly isEligible: boolean },
): HealthResponse {
  return render(proxiers, nowMs, isEligible);
}

/** `/livez`: of the proxy alone. */
export function renderLivez(proxiers: readonly ProxierHealth[], nowMs: number): HealthResponse {
  return render(proxiers, nowMs, undefined);
}

/** As Kubernetes 1.33 and later write it. `healthy` and `status` are the proxy's own, whatever becomes of its node. */
function render(
  proxiers: readonly ProxierHealth[],
  nowMs: number,
  nodeEligible: boolean | undefined,
): HealthResponse {
  const healthy = isProxyHealthy(proxiers, nowMs);
  const isWell = healthy && nodeEligible !== false;
  const latest = Math.max(...proxiers.map(({ updatedMs }) => updatedMs));
  const body = {
    // Who is well has all there is to have: that is as good as updated now.
    lastUpdated: formatGoTime(isWell ? nowMs : latest),
    currentTime: formatGoTime(nowMs),
    nodeEligible,
    healthy,
    status: Object.fromEntries(
      proxiers.map((proxier) => [
        proxier.family === "ipv4" ? "IPv4" : "IPv6",
        { lastUpdated: formatGoTime(proxier.updatedMs), healthy: proxier.isHealthy(nowMs) },
      ]),
    ),
  };
  return {
    status: isWell ? 200 : 503,
    headers: { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" },
    body: JSON.stringify(body),
  };
}

/** As Go writes a time into JSON: `2026-11-28T02:22:40.12Z`, without zeros at the end. */
function formatGoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, "Z");
}
