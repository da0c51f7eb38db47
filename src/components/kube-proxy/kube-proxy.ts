/** A running kube-proxy: watches the store and keeps one node's kernel in step with it. */
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { Busy } from "../../api/controller/controller.ts";
import { eventRecorder } from "../../api/controller/event-recorder.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { Store } from "../../api/store/store.ts";
import { startTimer, type Timer } from "../../base/work-queue.ts";
import { familyOf, type IpAddress, ipAddress } from "../../net/ip-address.ts";
import type { KubeProxyConfig } from "./config/config.ts";
import { HealthServers } from "./health/health-servers.ts";
import type { OwnServers } from "./health/own-servers.ts";
import { type ClusterModel, changedServices } from "./model/cluster/cluster-model.ts";
import { clusterModelOf } from "./model/cluster/shared-model.ts";
import type { Proxier, SyncSummary } from "./model/proxier.ts";
import { describeNode, type ProxyNode } from "./model/proxy-node.ts";
import { type StaleConntrack, staleConntrack } from "./model/stale-conntrack.ts";
import { RuleMonitor } from "./rule-monitor.ts";
import { SyncRunner } from "./sync-runner.ts";

export interface KubeProxyLoopOptions {
  readonly nodeName: string;
  /** The node's primary address; its family is the proxier's. */
  readonly nodeIP: IpAddress;
  readonly config: KubeProxyConfig;
  readonly store: Store;
  /** A child that already carries component and node. */
  readonly log: Logger;
  /** Milliseconds. @default Date.now */
  readonly now?: () => number;
  readonly timer?: Timer;
  /** Holds the node's knowledge back: from a change to the sync that takes it up, at least. @default 0 */
  readonly syncDelayMs?: number;
  /** The addresses on the node's interfaces, asked before each sync. @default loopback and `nodeIP` */
  readonly nodeAddresses?: () => readonly IpAddress[];
  /** Of the kube-proxy that this family's proxier is a part of. Without them there are no health checks and no metrics. */
  readonly ownServers?: OwnServers | undefined;
  /** Forgets UDP connections, and says how many; called after a sync that made some stale. */
  readonly cleanConntrack?: (stale: readonly StaleConntrack[]) => Promise<number>;
}

export interface SyncCounts {
  readonly full: number;
  readonly partial: number;
  readonly failed: number;
}

/**
 * Disposing it ends the watches and waits for the sync that runs; the rules stay in
 * place, as when a kube-proxy dies.
 */
export class KubeProxy implements Busy, AsyncDisposable {
  readonly #options: KubeProxyLoopOptions;
  readonly #proxier: Proxier;
  readonly #runner: SyncRunner;
  readonly #now: () => number;
  readonly #endWatches: ReadonlyArray<() => void>;
  readonly #health: HealthServers | undefined;
  readonly #monitor: RuleMonitor | undefined;
  readonly #counts = { full: 0, partial: 0, failed: 0 };
  /** What the kernel has; undefined before the first sync and after a failure. */
  #synced: { readonly cluster: ClusterModel; readonly node: ProxyNode } | undefined;
  /** Somebody else has emptied the kernel since. */
  #isLost = false;
  /** The model that conntrack was last cleaned for. */
  #cleaned: ClusterModel | undefined;

  constructor(proxier: Proxier, options: KubeProxyLoopOptions) {
    const { config, log, store, nodeName, now = Date.now, timer } = options;
    this.#options = options;
    this.#proxier = proxier;
    this.#now = now;
    this.#health = createHealthServers(options);
    this.#runner = new SyncRunner({
      sync: () => this.#sync(),
      onFailure: (err) => {
        this.#counts.failed++;
        this.#health?.failed();
        log.warn({ err }, "rule sync failed");
      },
      minPeriodMs: config.minSyncPeriodMs,
      retryMs: config.syncPeriodMs,
      delayMs: options.syncDelayMs,
      now,
      timer,
    });
    const request = (): void => {
      this.#health?.queued();
      this.#runner.request();
    };
    this.#endWatches = [
      store.watch("Service", request),
      store.watch("EndpointSlice", request),
      store.watch("Node", ({ object, previous }) => {
        if (object.metadata.name !== nodeName) return;
        options.ownServers?.noteNode(object);
        if (isOtherNode(previous, object)) request();
      }),
    ];
    this.#monitor = proxier.isIntact && this.#watchRules(proxier.isIntact.bind(proxier), request);
    request();
  }

  /** Syncs that reached the kernel, and those that failed. */
  get syncs(): SyncCounts {
    return { ...this.#counts };
  }

  /** What decides about packets besides what the kernel has, a line each: of userspace mode, its relays. */
  get besides(): readonly string[] {
    return this.#proxier.besides ?? [];
  }

  get isIdle(): boolean {
    return this.#runner.isIdle;
  }

  whenIdle(): Promise<void> {
    return this.#runner.whenIdle();
  }

  /**
   * Resolves when the kernel has what the store says now.
   *
   * @throws what `restore` threw, when it failed; it will be tried again.
   */
  synced(): Promise<void> {
    return this.#runner.synced();
  }

  /** Writes nothing, as if it had stopped: the node keeps the rules that it has. Resolves when no sync runs. */
  freeze(): Promise<void> {
    return this.#runner.hold();
  }

  /** Goes on, with whatever has changed meanwhile. */
  thaw(): void {
    this.#runner.release();
  }

  get isFrozen(): boolean {
    return this.#runner.isHeld;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#endWatches) end();
    await this.#monitor?.[Symbol.asyncDispose]();
    await this.#runner[Symbol.asyncDispose]();
    this.#proxier[Symbol.dispose]?.();
    this.#health?.[Symbol.dispose]();
  }

  #watchRules(isIntact: () => Promise<boolean>, request: () => void): RuleMonitor {
    const { config, log, timer = startTimer } = this.#options;
    return new RuleMonitor({
      periodMs: config.syncPeriodMs,
      timer,
      // One that stands still looks at nothing.
      isIntact: async () => this.isFrozen || isIntact(),
      onLoss: () => {
        log.warn("rules are gone: somebody has flushed the tables");
        this.#proxier.forget?.();
        this.#isLost = true;
        request();
      },
      log,
    });
  }

  async #sync(): Promise<void> {
    const { store, config, nodeIP } = this.#options;
    const nowMs = this.#now();
    const cluster = clusterModelOf(store, {
      family: familyOf(nodeIP),
      loadBalancerIPMode: config.featureGates.LoadBalancerIPMode,
    });
    const node = this.#describeNode();
    if (!this.#isLost && this.#isSynced(cluster, node)) {
      this.#health?.synced(nowMs, { cluster, node }, undefined);
      return;
    }
    this.#synced = undefined;
    this.#isLost = false;
    const summary = await this.#proxier.sync({ cluster, node, nowMs });
    this.#synced = { cluster, node };
    this.#counts[summary.type]++;
    this.#health?.synced(nowMs, { cluster, node }, summary);
    this.#log(summary, cluster, this.#now() - nowMs);
    await this.#cleanConntrack(cluster);
  }

  /** The rules are right whether or not this succeeds, so its failure fails no sync. */
  async #cleanConntrack(cluster: ClusterModel): Promise<void> {
    const { cleanConntrack, log } = this.#options;
    const stale = staleConntrack(this.#cleaned, cluster);
    this.#cleaned = cluster;
    if (stale.length === 0 || cleanConntrack === undefined) return;
    try {
      const forgotten = await cleanConntrack(stale);
      this.#health?.cleaned(forgotten);
    } catch (err) {
      log.warn({ err }, "conntrack clean-up failed");
    }
  }

  /** Many a write to a slice changes nothing that a rule depends on. */
  #isSynced(cluster: ClusterModel, node: ProxyNode): boolean {
    return (
      this.#synced !== undefined &&
      changedServices(this.#synced.cluster, cluster).size === 0 &&
      isDeepStrictEqual(this.#synced.node, node)
    );
  }

  #describeNode(): ProxyNode {
    const { store, nodeName, nodeIP, nodeAddresses } = this.#options;
    return {
      name: nodeName,
      ip: nodeIP,
      ...describeNode(store.get("Node", { namespace: "", name: nodeName })),
      addresses: nodeAddresses?.() ?? [ipAddress("127.0.0.1"), ipAddress("::1"), nodeIP],
    };
  }

  #log({ type, changed, bytes }: SyncSummary, cluster: ClusterModel, elapsedMs: number): void {
    const services = cluster.services.size;
    const endpoints = cluster.endpointCount;
    this.#options.log.debug(
      { type, changed, bytes, services, endpoints, elapsedMs },
      "rules synced",
    );
  }
}

function createHealthServers(options: KubeProxyLoopOptions): HealthServers | undefined {
  const { store, nodeName, nodeIP, config, ownServers, now = Date.now } = options;
  if (ownServers === undefined) return undefined;
  const node = store.get("Node", { namespace: "", name: nodeName });
  if (node !== undefined) ownServers.noteNode(node);
  return new HealthServers({
    family: familyOf(nodeIP),
    config,
    now,
    recordEvent: eventRecorder({ store, component: "kube-proxy", host: nodeName }),
    service: (namespace, name) => store.get("Service", { namespace, name }),
    own: ownServers,
  });
}

/** A node's status changes with every heartbeat; only its zone and its pod CIDRs decide rules. */
function isOtherNode(previous: Node | undefined, node: Node): boolean {
  return !isDeepStrictEqual(describeNode(previous), describeNode(node));
}
