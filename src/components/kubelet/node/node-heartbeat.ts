/** How a node says that it is alive: it renews its Lease, and from time to time posts its whole status. */

import { findCondition } from "../../../api/conditions.ts";
import { isUnavailable } from "../../../api/errors/api-error.ts";
import type { Lease } from "../../../api/objects/lease.ts";
import type { Store } from "../../../api/store/store.ts";
import type { Timer } from "../../../base/work-queue.ts";
import type { NodeFacts } from "../status/node-status.ts";
import { registerNode } from "./node-registration.ts";

/** Kubelet's defaults. */
const LEASE_DURATION_SECONDS = 40;
const RENEWAL_MS = 10_000;
const RENEWALS_PER_STATUS = 30;
/** After a renewal that did not reach the API server. */
const RETRY_MS = 200;

const namespace = "kube-node-lease";

interface HeartbeatOptions {
  readonly store: Store;
  readonly node: NodeFacts;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly timer: Timer;
  /** Whether to post the status at once. @default false */
  readonly owesStatus?: boolean;
}

/** Beats until it is disposed of. */
export class NodeHeartbeat implements Disposable {
  readonly #options: HeartbeatOptions;
  #beats = 0;
  #owesStatus: boolean;
  #cancel: () => void = () => undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#owesStatus = options.owesStatus ?? false;
    this.#beat();
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #beat(): void {
    const { timer } = this.#options;
    const isDone = this.#tell();
    this.#cancel = timer(() => this.#beat(), isDone ? RENEWAL_MS : RETRY_MS);
  }

  /** False when the API server cannot be told now. */
  #tell(): boolean {
    const { store, node, now } = this.#options;
    try {
      if (this.#owesStatus || isTakenForSilent(store, node.name)) registerNode({ store, node });
      renewLease(store, node.name, microTime(now()));
    } catch (error) {
      if (isUnavailable(error)) return false;
      throw error;
    }
    this.#beats++;
    this.#owesStatus = this.#beats % RENEWALS_PER_STATUS === 0;
    return true;
  }
}

/** By whoever has missed its heartbeats, which is over now. */
function isTakenForSilent(store: Store, name: string): boolean {
  const { conditions } = store.get("Node", { namespace: "", name })?.status ?? {};
  return findCondition(conditions, "Ready")?.status === "Unknown";
}

function renewLease(store: Store, name: string, renewTime: string): void {
  const renewed = (lease: Lease): Lease => ({ ...lease, spec: { ...lease.spec, renewTime } });
  if (store.patch("Lease", { namespace, name }, renewed) !== undefined) return;
  const { uid = "" } = store.get("Node", { namespace: "", name })?.metadata ?? {};
  store.create<"Lease">({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name,
      namespace,
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds: LEASE_DURATION_SECONDS, renewTime },
  });
}

/** The API's MicroTime: `2026-11-28T10:00:00.000000Z`. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
