/**
 * The HTTP servers of one kube-proxy: its own health for load balancers and kubelet (10256), its mode and
 * counts for people (10249, on the node only), and for each Service with a healthCheckNodePort whether
 * this node has endpoints of it.
 */
import { createServer, type Server } from "node:http";
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { RecordEvent } from "../../../api/controller/event-recorder.ts";
import type { Node } from "../../../api/objects/cluster.ts";
import type { Service } from "../../../api/objects/service.ts";
import { type IpAddress, type IpFamily, ipAddress } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import { nodePortAddresses } from "../config/node-port-addresses.ts";
import type { ClusterModel } from "../model/cluster/cluster-model.ts";
import type { SyncSummary } from "../model/proxier.ts";
import type { ProxyNode } from "../model/proxy-node.ts";
import { renderMetrics, type SyncTotals } from "./metrics.ts";
import { isNodeEligible, ProxyHealth, renderHealthz, renderLivez } from "./proxy-health.ts";
import {
  type HealthResponse,
  renderServiceHealth,
  type ServiceHealth,
  serviceHealth,
} from "./service-health.ts";

/** Lets a server listen in the node's netns; throws when the port is taken. */
export type Listen = (
  server: Server,
  at: { readonly address: IpAddress; readonly port: number },
) => void;

export interface HealthServersOptions {
  readonly family: IpFamily;
  readonly config: KubeProxyConfig;
  readonly listen: Listen;
  readonly log: Logger;
  readonly recordEvent: RecordEvent;
  /** The node's object, as it is now. */
  readonly node: () => Node | undefined;
  readonly service: (namespace: string, name: string) => Service | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const HEALTHZ_PORT = 10_256;
const METRICS_PORT = 10_249;

type Handler = (path: string) => HealthResponse;

interface ServiceServer {
  readonly health: ServiceHealth;
  readonly addresses: readonly IpAddress[];
  readonly servers: readonly Server[];
}

export class HealthServers implements Disposable {
  readonly #options: HealthServersOptions;
  readonly #health: ProxyHealth;
  readonly #own: readonly Server[];
  /** By port. */
  #ofServices: ReadonlyMap<number, ServiceServer> = new Map();
  #totals: SyncTotals = { full: 0, partial: 0, failed: 0, lastMs: 0, noLocalEndpoints: undefined };

  constructor(options: HealthServersOptions) {
    const { config, family, now } = options;
    this.#options = options;
    this.#health = new ProxyHealth(config.syncPeriodMs, now());
    const [any, loopback] = family === "ipv4" ? ["0.0.0.0", "127.0.0.1"] : ["::", "::1"];
    this.#own = [
      this.#serve({ address: ipAddress(any), port: HEALTHZ_PORT }, (path) => this.#ownHealth(path)),
      this.#serve({ address: ipAddress(loopback), port: METRICS_PORT }, (path) =>
        this.#metrics(path),
      ),
    ].flatMap((server) => server ?? []);
  }

  /** Something changed that a sync must meet. */
  queued(): void {
    this.#health.queued(this.#options.now());
  }

  failed(): void {
    this.#totals = { ...this.#totals, failed: this.#totals.failed + 1 };
  }

  /** The rules are those of `cluster`. `summary` is absent when they were so already. */
  synced(
    startedMs: number,
    { cluster, node }: { readonly cluster: ClusterModel; readonly node: ProxyNode },
    summary: SyncSummary | undefined,
  ): void {
    const nowMs = this.#options.now();
    this.#health.updated(startedMs, nowMs);
    if (summary === undefined) return;
    const { type, noLocalEndpoints } = summary;
    const totals = { ...this.#totals, lastMs: nowMs, noLocalEndpoints };
    this.#totals = { ...totals, [type]: totals[type] + 1 };
    this.#serveServices(serviceHealth(cluster, node.name), this.#addressesFor(node));
  }

  [Symbol.dispose](): void {
    for (const server of this.#own) end(server);
    for (const { servers } of this.#ofServices.values()) servers.forEach(end);
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
    for (const [port, { servers }] of this.#ofServices) if (!next.has(port)) servers.forEach(end);
    this.#ofServices = next;
  }

  #startFor(
    { namespace, name, port }: ServiceHealth,
    present: ServiceServer | undefined,
    addresses: readonly IpAddress[],
  ): readonly Server[] {
    present?.servers.forEach(end);
    const handler: Handler = () => this.#serviceHealth(port);
    const servers = addresses.flatMap((address) => this.#serve({ address, port }, handler) ?? []);
    if (servers.length === addresses.length) return servers;
    const service = this.#options.service(namespace, name);
    if (service !== undefined) {
      this.#options.recordEvent(service, {
        type: "Warning",
        reason: "FailedToStartServiceHealthcheck",
        message: `node failed to start healthcheck "${namespace}/${name}" on port ${port}`,
      });
    }
    servers.forEach(end);
    return [];
  }

  #serviceHealth(port: number): HealthResponse {
    const found = this.#ofServices.get(port);
    if (found === undefined) return notFound;
    const isHealthy = this.#health.isHealthy(this.#options.now());
    return renderServiceHealth(found.health, { isHealthy });
  }

  #ownHealth(path: string): HealthResponse {
    const nowMs = this.#options.now();
    const asked = { family: this.#options.family, nowMs };
    if (path === "/livez") return renderLivez(this.#health, asked);
    if (path !== "/healthz") return notFound;
    return renderHealthz(this.#health, {
      ...asked,
      isEligible: isNodeEligible(this.#options.node()),
    });
  }

  #metrics(path: string): HealthResponse {
    const { family, config } = this.#options;
    const { mode } = config;
    if (path === "/proxyMode") return plain(mode);
    if (path === "/healthz") return plain("ok");
    return path === "/metrics" ? plain(renderMetrics(this.#totals, { mode, family })) : notFound;
  }

  #serve(at: Parameters<Listen>[1], handler: Handler): Server | undefined {
    const { listen, log } = this.#options;
    const server = createServer((request, response) => {
      const [path = "/"] = (request.url ?? "/").split("?");
      const { status, headers, body } = handler(path);
      response.writeHead(status, headers).end(body);
    });
    try {
      listen(server, at);
      return server;
    } catch (err) {
      log.warn({ err, ...at }, "health server cannot listen");
      return undefined;
    }
  }
}

const notFound: HealthResponse = {
  status: 404,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body: "404 page not found\n",
};

function plain(body: string): HealthResponse {
  return { status: 200, headers: { "Content-Type": "text/plain; charset=utf-8" }, body };
}

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}
