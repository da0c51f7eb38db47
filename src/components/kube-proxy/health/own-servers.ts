/**
 * What one kube-proxy answers of itself, for all its address families together: its health for load balancers and
 * kubelet (10256), and its mode and counts for people (10249, on the node only).
 */
import type { Server } from "node:http";
import type { Logger } from "pino";
import type { Node } from "../../../api/objects/cluster.ts";
import { type IpFamily, ipAddress } from "../../../net/ip-address.ts";
import type { ProxyMode } from "../config/config.ts";
import { type ProxierCounts, renderMetrics } from "./metrics.ts";
import {
  isNodeEligible,
  isProxyHealthy,
  type ProxierHealth,
  renderHealthz,
  renderLivez,
} from "./proxy-health.ts";
import { endServer, type Handler, type Listen, notFound, plainText, serve } from "./serve.ts";
import type { HealthResponse } from "./service-health.ts";

const HEALTHZ_PORT = 10_256;
const METRICS_PORT = 10_249;
const anyAddress: Addresses = { ipv4: ipAddress("0.0.0.0"), ipv6: ipAddress("::") };
const loopback: Addresses = { ipv4: ipAddress("127.0.0.1"), ipv6: ipAddress("::1") };

type Addresses = Readonly<Record<IpFamily, ReturnType<typeof ipAddress>>>;

/** One family's part of a kube-proxy, as it is now whenever it is looked at. */
export interface ReportingProxier extends ProxierCounts {
  readonly health: ProxierHealth;
}

export interface OwnServersOptions {
  readonly mode: ProxyMode;
  readonly listen: Listen;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Listens from the first {@link add} to the last {@link remove}. */
export class OwnServers {
  readonly #options: OwnServersOptions;
  readonly #proxiers = new Map<ReportingProxier, Server | undefined>();
  /** How often `/healthz` and `/livez` were answered with which status. */
  readonly #answers = { healthz: new Map<number, number>(), livez: new Map<number, number>() };
  #metrics: Server | undefined;
  /** As it was last, if it ever was. */
  #node: Node | undefined;

  constructor(options: OwnServersOptions) {
    this.#options = options;
  }

  /** Health is answered at every address of its family; metrics at the loopback of the first. */
  add(proxier: ReportingProxier): void {
    if (this.#proxiers.size === 0) {
      const at = { address: loopback[proxier.family], port: METRICS_PORT };
      this.#metrics = this.serve(at, (path) => this.#tell(path));
    }
    const at = { address: anyAddress[proxier.family], port: HEALTHZ_PORT };
    const server = this.serve(at, (path) => this.#answer(path));
    this.#proxiers.set(proxier, server);
  }

  remove(proxier: ReportingProxier): void {
    const server = this.#proxiers.get(proxier);
    if (server !== undefined) endServer(server);
    this.#proxiers.delete(proxier);
    if (this.#proxiers.size === 0 && this.#metrics !== undefined) endServer(this.#metrics);
  }

  /** Another server on the same node; undefined when it cannot listen there, which is logged. */
  serve(at: Parameters<Listen>[1], handler: Handler): Server | undefined {
    return serve(at, handler, this.#options);
  }

  /** The node's object changed, or was deleted: what it was last decides. */
  noteNode(node: Node): void {
    this.#node = node;
  }

  /** Of all families. */
  get isHealthy(): boolean {
    return isProxyHealthy(this.#health, this.#options.now());
  }

  get #health(): readonly ProxierHealth[] {
    return Array.from(this.#proxiers.keys(), ({ health }) => health);
  }

  #answer(path: string): HealthResponse {
    const nowMs = this.#options.now();
    switch (path) {
      case "/livez":
        return this.#counted("livez", renderLivez(this.#health, nowMs));
      case "/healthz": {
        const isEligible = isNodeEligible(this.#node);
        return this.#counted("healthz", renderHealthz(this.#health, { nowMs, isEligible }));
      }
      default:
        return notFound;
    }
  }

  #counted(of: "healthz" | "livez", response: HealthResponse): HealthResponse {
    const { status } = response;
    this.#answers[of].set(status, (this.#answers[of].get(status) ?? 0) + 1);
    return response;
  }

  #tell(path: string): HealthResponse {
    const { mode } = this.#options;
    switch (path) {
      case "/proxyMode":
        return plainText(mode);
      case "/healthz":
        return plainText("ok");
      case "/metrics":
        return plainText(renderMetrics([...this.#proxiers.keys()], { mode, ...this.#answers }));
      default:
        return notFound;
    }
  }
}
