/**
 * What is asked of one proxier by HTTP: for each Service with a healthCheckNodePort, whether this node has endpoints
 * of it; and its part in what the kube-proxy tells of itself.
 */
import type { Server } from "node:http";
import { isDeepStrictEqual } from "node:util";
import type { RecordEvent } from "../../../api/controller/event-recorder.ts";
import type { Service } from "../../../api/objects/service.ts";
import { type IpAddress, type IpFamily, ipAddress } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import { nodePortAddresses } from "../config/node-port-addresses.ts";
import type { ClusterModel } from "../model/cluster/cluster-model.ts";
import type { SyncSummary } from "../model/proxier.ts";
import type { ProxyNode } from "../model/proxy-node.ts";
import { noTotals, type SyncTotals } from "./metrics.ts";
import type { OwnServers, ReportingProxier } from "./own-servers.ts";
import { ProxierHealth } from "./proxy-health.ts";
import { endServer, type Handler, notFound } from "./serve.ts";
import {
  type HealthResponse,
  renderServiceHealth,
  type ServiceHealth,
  serviceHealth,
} from "./service-health.ts";

export interface HealthServersOptions {
  readonly family: IpFamily;
  readonly config: KubeProxyConfig;
  readonly recordEvent: RecordEvent;
  readonly service: (namespace: string, name: string) => Service | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Of the kube-proxy that this is a part of. */
  readonly own: OwnServers;
}

interface ServiceServer {
  readonly health: ServiceHealth;
  readonly addresses: readonly IpAddress[];
  readonly servers: readonly Server[];
}

export class HealthServers implements ReportingProxier, Disposable {
  readonly family: IpFamily;
  readonly health: ProxierHealth;
  readonly #options: HealthServersOptions;
  /** By port. */
  #ofServices: ReadonlyMap<number, ServiceServer> = new Map();
  #totals: SyncTotals = noTotals;

  constructor(options: HealthServersOptions) {
    const { config, family, now, own } = options;
    this.#options = options;
    this.family = family;
    this.health = new ProxierHealth(family, config.syncPeriodMs, now());
    own.add(this);
  }

  get totals(): SyncTotals {
    return this.#totals;
  }

  /** Something changed that a sync must meet. */
  queued(): void {
    const queuedMs = this.#options.now();
    this.health.queued(queuedMs);
    this.#totals = { ...this.#totals, queuedMs };
  }

  failed(): void {
    this.#totals = { ...this.#totals, failed: this.#totals.failed + 1 };
  }

  /** Conntrack was looked through, and so many entries were forgotten. */
  cleaned(entries: number): void {
    const { cleanUps, forgotten } = this.#totals;
    this.#totals = { ...this.#totals, cleanUps: cleanUps + 1, forgotten: forgotten + entries };
  }

  /** The rules are those of `cluster`. `summary` is absent when they were so already. */
  synced(
    startedMs: number,
    { cluster, node }: { readonly cluster: ClusterModel; readonly node: ProxyNode },
    summary: SyncSummary | undefined,
  ): void {
    const nowMs = this.#options.now();
    this.health.updated(startedMs, nowMs);
    if (summary === undefined) return;
    const { type, noLocalEndpoints } = summary;
    const totals = { ...this.#totals, lastMs: nowMs, noLocalEndpoints };
    this.#totals = { ...totals, [type]: totals[type] + 1 };
    this.#serveServices(serviceHealth(cluster, node.name), this.#addressesFor(node));
  }

  [Symbol.dispose](): void {
    this.#options.own.remove(this);
    for (const { servers } of this.#ofServices.values()) servers.forEach(endServer);
  }

  /** Where node ports answer, the health checks of Services answer too. */
  #addressesFor(node: ProxyNode): readonly IpAddress[] {
    const { config, family } = this.#options;
    const chosen = nodePortAddresses(config.nodePortAddresses, node, family);
    if (chosen.type === "listed") return chosen.addresses;
    return [ipAddress(family === "ipv4" ? "0.0.0.0" : "::")];
  }

  #serveServices(wanted: readonly ServiceHealth[], addresses: readonly IpAddress[]): void {
    const next = new Map<number, ServiceServer>();
    for (const health of wanted) {
      const present = this.#ofServices.get(health.port);
      const isThere = present !== undefined && isDeepStrictEqual(present.addresses, addresses);
      const servers = isThere ? present.servers : this.#startFor(health, present, addresses);
      // One that could not listen is tried again by the next sync.
      if (servers.length > 0) next.set(health.port, { health, addresses, servers });
    }
    for (const [port, { servers }] of this.#ofServices) {
      if (!next.has(port)) servers.forEach(endServer);
    }
    this.#ofServices = next;
  }

  #startFor(
    { namespace, name, port }: ServiceHealth,
    present: ServiceServer | undefined,
    addresses: readonly IpAddress[],
  ): readonly Server[] {
    present?.servers.forEach(endServer);
    const handler: Handler = () => this.#serviceHealth(port);
    const { own } = this.#options;
    const servers = addresses.flatMap((address) => own.serve({ address, port }, handler) ?? []);
    if (servers.length === addresses.length) return servers;
    const service = this.#options.service(namespace, name);
    if (service !== undefined) {
      this.#options.recordEvent(service, {
        type: "Warning",
        reason: "FailedToStartServiceHealthcheck",
        message: `node failed to start healthcheck "${namespace}/${name}" on port ${port}`,
      });
    }
    servers.forEach(endServer);
    return [];
  }

  #serviceHealth(port: number): HealthResponse {
    const found = this.#ofServices.get(port);
    if (found === undefined) return notFound;
    const { isHealthy } = this.#options.own;
    return renderServiceHealth(found.health, { isHealthy });
  }
}
