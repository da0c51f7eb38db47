/**
 * A control plane without a kernel: the real store, the real controllers, and a
 * kubelet that says of every pod on a node that it runs.
 */
import { type Logger, pino } from "pino";
import { withCondition } from "../../src/api/conditions.ts";
import { Controller, itself, watching, whenAllIdle } from "../../src/api/controller/controller.ts";
import type { ControllerContext } from "../../src/api/controller/controller-context.ts";
import { withDefaults } from "../../src/api/defaulting/defaults.ts";
import type { Node, Taint } from "../../src/api/objects/cluster.ts";
import type { Kind, KindMap } from "../../src/api/objects/kinds.ts";
import { keyOf, type Labels } from "../../src/api/objects/meta.ts";
import type { Pod } from "../../src/api/objects/pod.ts";
import { isPodScheduled, isPodTerminal, isPodTerminating } from "../../src/api/pods/pod-state.ts";
import { Store } from "../../src/api/store/store.ts";
import { CleanupStack } from "../../src/base/cleanup-stack.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Timer } from "../../src/base/work-queue.ts";
import { setupDaemonSet } from "../../src/components/daemon-set/setup.ts";
import { setupDeployment } from "../../src/components/deployment/setup.ts";
import { setupPodLifecycle } from "../../src/components/pod-lifecycle/setup.ts";
import { setupReplicaSet } from "../../src/components/replica-set/setup.ts";
import { setupScheduler } from "../../src/components/scheduler/setup.ts";
import { setupStatefulSet } from "../../src/components/stateful-set/setup.ts";

const log: Logger = pino({ level: "warn" });

export interface Cluster extends AsyncDisposable {
  readonly store: Store;
  /** Resolves when no controller has anything to do. */
  readonly settle: () => Promise<void>;
  /** Moves the clock, fires what was due, and settles. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Stores the object as the API server would: with its defaults. */
  readonly apply: <K extends Kind>(object: KindMap[K]) => KindMap[K];
  readonly pods: (namespace?: string) => readonly Pod[];
}

export interface ClusterOptions {
  readonly nodes: readonly Node[];
  /** What the kubelet makes of a pod. @default every pod runs and is ready */
  readonly isReady?: (pod: Pod) => boolean;
}

const start = Date.parse("2026-01-01T00:00:00Z");

export function startCluster({ nodes, isReady = () => true }: ClusterOptions): Cluster {
  const clock = new Clock();
  let uids = 0;
  const store = new Store({
    now: clock.now,
    randomFor: (prefix) => seededRandom(`test ${prefix}`),
    newUid: () => `uid-${++uids}`,
  });
  const context: ControllerContext = { store, log, now: clock.now, timer: clock.timer };
  for (const node of nodes) store.create<"Node">(node);
  const members = [
    setupDeployment(context),
    setupReplicaSet(context),
    setupStatefulSet(context),
    setupDaemonSet(context),
    setupScheduler(context),
    setupPodLifecycle(context),
    setupKubelet(context, isReady),
  ];
  const settle = (): Promise<void> => whenAllIdle(members);
  return {
    store,
    settle,
    advance: async (milliseconds) => {
      clock.advance(milliseconds);
      await settle();
    },
    apply: (object) => {
      const complete = withDefaults(object);
      return store.get(complete.kind, keyOf(complete)) === undefined
        ? store.create(complete)
        : store.update(complete);
    },
    pods: (namespace) => store.list("Pod", namespace),
    [Symbol.asyncDispose]: async () => {
      await using stack = new CleanupStack();
      for (const member of members) stack.use(member);
    },
  };
}

/** What is bound runs; what is to end has ended. */
function setupKubelet(
  { store, now = Date.now, timer }: ControllerContext,
  isReady: (pod: Pod) => boolean,
): Controller {
  const definition = {
    name: "kubelet",
    watches: [watching("Pod", itself)],
    reconcile: (key: { namespace: string; name: string }) => {
      const pod = store.get("Pod", key);
      if (pod === undefined || !isPodScheduled(pod) || isPodTerminal(pod)) return {};
      if (isPodTerminating(pod)) store.remove("Pod", key);
      else store.update<"Pod">(running(pod, isReady(pod), store.timestamp()));
      return {};
    },
  };
  void now;
  return Controller.start(store, definition, log, timer === undefined ? {} : { timer });
}

function running(pod: Pod, isReady: boolean, timestamp: string): Pod {
  const ready = { type: "Ready", status: isReady ? "True" : "False" } as const;
  const conditions = withCondition(pod.status?.conditions, ready, timestamp);
  return { ...pod, status: { ...pod.status, phase: "Running", conditions } };
}

/** Time that passes only when told to. */
class Clock {
  #nowMs = start;
  readonly #alarms = new Set<{ readonly at: number; readonly ring: () => void }>();
  readonly now = (): number => this.#nowMs;
  readonly timer: Timer = (ring, delayMs) => {
    const alarm = { at: this.#nowMs + delayMs, ring };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  };

  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
    for (const alarm of [...this.#alarms]) {
      if (alarm.at > this.#nowMs) continue;
      this.#alarms.delete(alarm);
      alarm.ring();
    }
  }
}

export interface NodeOptions {
  readonly labels?: Labels;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
}

export function node(name: string, { labels, ...spec }: NodeOptions = {}): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec,
  };
}
