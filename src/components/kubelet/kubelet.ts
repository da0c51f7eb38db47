import { type Busy, Controller, itself, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { eventRecorder, type RecordEvent } from "../../api/controller/event-recorder.ts";
import type { ReconcileResult } from "../../api/controller/reconcile.ts";
import { formatKey, type KubeObject, keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { isPodTerminal, isPodTerminating } from "../../api/pods/pod-state.ts";
import { requestDeletion } from "../../api/requests/deletion.ts";
import { startTimer, type Timer } from "../../base/work-queue.ts";
import { type Environment, linkedServices, serviceLinks } from "./environment/service-links.ts";
import type { ClusterResolver, ResolverConfig } from "./files/resolv-conf.ts";
import type { ImageStandIn, KubeletHost } from "./kubelet-host.ts";
import { NodeHeartbeat } from "./node/node-heartbeat.ts";
import { announceNode, registerNode } from "./node/node-registration.ts";
import type { PodSurroundings } from "./pod-surroundings.ts";
import { PodWorker } from "./pods/pod-worker.ts";
import type { NodeFacts } from "./status/node-status.ts";
import { podStatus } from "./status/pod-status.ts";
import type { MintToken } from "./volumes/token-keeper.ts";

export interface KubeletOptions extends ControllerContext {
  readonly node: NodeFacts;
  readonly host: KubeletHost;
  readonly clusterDomain: string;
  /** Undefined when the cluster has no DNS. */
  readonly clusterResolver: ClusterResolver | undefined;
  /** The node's own resolv.conf. */
  readonly nodeResolver: ResolverConfig;
  readonly standInFor: (image: string) => ImageStandIn | undefined;
  /** Absent where no API server gives tokens out: then no volume can hold one. */
  readonly mintToken?: MintToken;
  /** Multiplies the delays and periods of probes; 0.1 makes slow manifests start fast. @default 1 */
  readonly probeTimeScale?: number;
}

/** Pods of one node that are started at the same time. */
const concurrency = 16;

/** Runs the pods that are bound to one node. Disposing it ends them at once. */
export class Kubelet implements Busy, AsyncDisposable {
  readonly #options: KubeletOptions;
  readonly #now: () => number;
  readonly #timer: Timer;
  readonly #record: RecordEvent;
  readonly #around: PodSurroundings;
  readonly #workers = new Map<string, PodWorker>();
  /** Service links by namespace, until a Service changes. */
  readonly #links = new Map<string, Environment>();
  readonly #controller: Controller;
  readonly #endServiceWatch: () => void;
  #heartbeat: NodeHeartbeat;
  #isFrozen = false;

  private constructor(options: KubeletOptions) {
    const { store, node, log, now = Date.now, timer = startTimer } = options;
    this.#options = options;
    this.#now = now;
    this.#timer = timer;
    this.#record = eventRecorder({ store, component: "kubelet", host: node.name, now });
    this.#around = this.#surroundings();
    this.#endServiceWatch = store.watch("Service", () => this.#links.clear());
    this.#heartbeat = this.#startHeartbeat();
    const readers = (object: KubeObject): readonly ObjectKey[] => this.#readersOf(object);
    this.#controller = Controller.start(
      store,
      {
        name: `kubelet ${node.name}`,
        watches: [
          watching("Pod", (pod) => (pod.spec.nodeName === node.name ? itself(pod) : [])),
          watching("ConfigMap", readers),
          watching("Secret", readers),
        ],
        reconcile: (key, signal) => this.#reconcile(key, signal),
        concurrency,
      },
      log,
      { timer },
    );
  }

  /** Posts the node's status and begins. A Node that is not there yet is registered. */
  static start(options: KubeletOptions): Kubelet {
    registerNode(options);
    const kubelet = new Kubelet(options);
    announceNode(options, kubelet.#record);
    return kubelet;
  }

  get isIdle(): boolean {
    return this.#controller.isIdle;
  }

  whenIdle(): Promise<void> {
    return this.#controller.whenIdle();
  }

  /** Neither acts nor reports until {@link thaw}, as without power. What runs in pods goes on. */
  freeze(): void {
    this.#isFrozen = true;
    this.#heartbeat[Symbol.dispose]();
  }

  /** Catches up with what has happened meanwhile. */
  thaw(): void {
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    const { store, node } = this.#options;
    this.#heartbeat = this.#startHeartbeat({ owesStatus: true });
    for (const pod of store.list("Pod")) {
      if (pod.spec.nodeName === node.name) this.#controller.enqueue(keyOf(pod));
    }
    for (const key of this.#workers.keys()) {
      const [namespace = "", name = ""] = key.split("/");
      this.#controller.enqueue({ namespace, name });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endServiceWatch();
    this.#heartbeat[Symbol.dispose]();
    await this.#controller[Symbol.asyncDispose]();
    await Promise.all([...this.#workers.values()].map((worker) => worker.kill()));
    this.#workers.clear();
  }

  #startHeartbeat(options: { readonly owesStatus?: boolean } = {}): NodeHeartbeat {
    const { store, node } = this.#options;
    return new NodeHeartbeat({ ...options, store, node, now: this.#now, timer: this.#timer });
  }

  async #reconcile(key: ObjectKey, signal: AbortSignal): Promise<ReconcileResult> {
    if (this.#isFrozen) return {};
    const { store, node } = this.#options;
    const pod = store.get("Pod", key);
    const isOurs = pod?.spec.nodeName === node.name;
    const former = this.#workers.get(formatKey(key));
    // The object may be gone, or be another of the same name.
    if (former !== undefined && (!isOurs || former.uid !== pod?.metadata.uid)) {
      await former.kill();
      this.#workers.delete(formatKey(key));
    }
    if (pod === undefined || !isOurs) return {};
    const worker = this.#workers.get(formatKey(key)) ?? this.#adopt(pod);
    if (worker === undefined) return {};
    try {
      const requeueAfterMs = await worker.sync(pod, signal);
      return requeueAfterMs === undefined ? {} : { requeueAfterMs };
    } finally {
      // What a step that failed has changed is news as well.
      this.#writeStatus(key, worker);
    }
  }

  /** A pod that has ended before, for instance under an earlier kubelet, is not run again. */
  #adopt(pod: Pod): PodWorker | undefined {
    const { store, host, log, probeTimeScale = 1 } = this.#options;
    const key = keyOf(pod);
    if (isPodTerminal(pod)) {
      if (isPodTerminating(pod)) requestDeletion(store, "Pod", key, { gracePeriodSeconds: 0 });
      return undefined;
    }
    const worker = new PodWorker(pod, {
      host,
      around: this.#around,
      record: this.#record,
      log: log.child({ pod: formatKey(key) }),
      now: this.#now,
      timer: this.#timer,
      probeTimeScale,
      changed: () => this.#controller.enqueue(key),
    });
    this.#workers.set(formatKey(key), worker);
    return worker;
  }

  #writeStatus(key: ObjectKey, worker: PodWorker): void {
    const { store } = this.#options;
    if (this.#isFrozen || store.get("Pod", key)?.metadata.uid !== worker.uid) return;
    store.patch("Pod", key, (pod) => ({ ...pod, status: podStatus(pod, worker.view()) }));
    if (!worker.hasEnded) return;
    this.#workers.delete(formatKey(key));
    requestDeletion(store, "Pod", key, { gracePeriodSeconds: 0 });
  }

  /** The pods that wait for a ConfigMap or a Secret, or have it in a volume. */
  #readersOf({ kind, metadata: { namespace = "", name } }: KubeObject): readonly ObjectKey[] {
    return [...this.#workers]
      .filter(
        ([key, worker]) =>
          key.startsWith(`${namespace}/`) &&
          (worker.waitsForConfig || worker.showsInVolume(kind, name)),
      )
      .map(([key]) => ({ namespace, name: key.slice(namespace.length + 1) }));
  }

  #surroundings(): PodSurroundings {
    const { store, node, clusterDomain, clusterResolver, nodeResolver } = this.#options;
    const { standInFor, mintToken = () => undefined } = this.#options;
    return {
      nodeName: node.name,
      nodeAddresses: node.addresses,
      clusterDomain,
      clusterResolver,
      nodeResolver,
      standInFor,
      linksFor: (pod) => this.#linksFor(pod),
      configMap: (namespace, name) => store.get("ConfigMap", { namespace, name }),
      secret: (namespace, name) => store.get("Secret", { namespace, name }),
      mintToken,
    };
  }

  #linksFor({ metadata: { namespace = "" }, spec }: Pod): Environment {
    const links = spec.enableServiceLinks === false ? "none" : "all";
    const cacheKey = `${links}/${namespace}`;
    const known = this.#links.get(cacheKey);
    if (known !== undefined) return known;
    const { store } = this.#options;
    const made = serviceLinks(linkedServices(store.list("Service"), namespace, links));
    this.#links.set(cacheKey, made);
    return made;
  }
}
