/**
 * The mode in which kube-proxy is the load balancer itself: it listens, for each port of each Service, on a port
 * of the node, and rules lead the traffic there. Historical: removed from Kubernetes in 1.26.
 */
import { createServer } from "node:net";
import type { Logger } from "pino";
import { seededRandom } from "../../../base/random.ts";
import type { IpFamily } from "../../../net/ip-address.ts";
import { missingJumps, readSavedRules, type SavedRules } from "../iptables/sync/saved-rules.ts";
import type { ServicePortModel } from "../model/cluster/cluster-model.ts";
import type { Proxier, ProxyView, RenderInput, SyncSummary } from "../model/proxier.ts";
import { hasPortals, type Portal, portalJumps, renderPortals } from "./portal-rules.ts";
import { ProxyPorts, portalKey } from "./proxy-ports.ts";
import type { Relay } from "./relay.ts";
import type { RelayKernel } from "./relay-kernel.ts";
import { formatRelay, type RelayEntry } from "./relay-table.ts";
import { RoundRobin } from "./round-robin.ts";
import { tcpRelay } from "./tcp-relay.ts";
import { udpRelay } from "./udp-relay.ts";

export interface UserspaceProxierOptions {
  readonly family: IpFamily;
  readonly nodeName: string;
  readonly restore: (payload: string) => Promise<void>;
  /** `iptables-save`: what the node has after a payload was refused, or before the first. */
  readonly readRules: () => Promise<string>;
  /** What `iptables-save` printed when kube-proxy came to the node; absent on a node that nobody has touched. */
  readonly rulesAtStart?: string | undefined;
  readonly relay: RelayKernel;
  readonly log: Logger;
  /** Milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined;
}

interface Running {
  readonly balancer: RoundRobin;
  readonly relay: Relay;
  readonly nodePort: number | undefined;
  /** Holds the node port; undefined where there is none, or somebody else has it. */
  readonly claim: { readonly end: () => void } | undefined;
}

export class UserspaceProxier implements Proxier {
  readonly #options: UserspaceProxierOptions;
  readonly #ports = new ProxyPorts();
  readonly #running = new Map<string, Running>();
  #relayed: readonly ServicePortModel[] = [];
  #written: string | undefined;
  /** The jumps that the node has; undefined when only it can tell. */
  #known: SavedRules["jumps"] | undefined;
  #isForgotten = false;

  constructor(options: UserspaceProxierOptions) {
    this.#options = options;
    const { rulesAtStart } = options;
    this.#known = rulesAtStart === undefined ? [] : readSavedRules(rulesAtStart).jumps;
  }

  async sync({ cluster, node }: ProxyView): Promise<SyncSummary> {
    const { family, restore } = this.#options;
    if (this.#isForgotten) {
      this.#known = undefined;
      this.#written = undefined;
      this.#isForgotten = false;
    }
    const models = relayed([...cluster.services.values()].flatMap(({ ports }) => ports));
    const wanted = new Set(models.map(({ port }) => portalKey(port)));
    for (const key of this.#running.keys()) if (!wanted.has(key)) this.#stop(key);
    for (const model of models) this.#serve(model);
    this.#relayed = models;
    const input = { portals: this.#portals(models), hostIP: node.ip, family };
    const type = this.#written === undefined ? "full" : "partial";
    const jumps = missingJumps(portalJumps, await this.#jumps());
    const payload = renderPortals({ ...input, jumps });
    const isNew = payload !== this.#written;
    if (isNew) {
      // A table may have been taken before the next one is refused: only the node knows.
      this.#known = undefined;
      this.#written = undefined;
      await restore(payload);
    }
    this.#known = portalJumps;
    // Without the jumps, which are made once.
    this.#written = renderPortals({ ...input, jumps: [] });
    return { type, changed: isNew ? cluster.services.size : 0, bytes: isNew ? payload.length : 0 };
  }

  async isIntact(): Promise<boolean> {
    return this.#written === undefined || hasPortals(await this.#options.readRules());
  }

  forget(): void {
    this.#isForgotten = true;
  }

  async #jumps(): Promise<SavedRules["jumps"]> {
    return this.#known ?? readSavedRules(await this.#options.readRules()).jumps;
  }

  /** As comments to iptables. */
  get besides(): readonly string[] {
    return this.#relayed.map((model) =>
      formatRelay(relayEntry(model, this.#ports.portOf(portalKey(model.port)))),
    );
  }

  [Symbol.dispose](): void {
    for (const key of this.#running.keys()) this.#stop(key);
  }

  #portals(models: readonly ServicePortModel[]): readonly Portal[] {
    return models.map(({ port }) => ({ port, proxyPort: this.#ports.portOf(portalKey(port)) }));
  }

  /** Endpoints change without a rule: that is this mode's one advantage. */
  #serve({ port, endpoints }: ServicePortModel): void {
    const key = portalKey(port);
    const { protocol, nodePort } = port;
    const known = this.#running.get(key);
    if (known !== undefined && known.nodePort !== nodePort) {
      known.claim?.end();
      this.#running.set(key, { ...known, nodePort, claim: this.#claim(protocol, nodePort) });
    }
    const running = this.#running.get(key) ?? this.#start(key, protocol, nodePort);
    running.balancer.update(readyOf(endpoints), port.affinitySeconds);
  }

  #start(
    key: string,
    protocol: ServicePortModel["port"]["protocol"],
    nodePort: number | undefined,
  ): Running {
    const { relay: kernel, now = Date.now, nodeName } = this.#options;
    const balancer = new RoundRobin(seededRandom(`${nodeName} ${key}`));
    const options = { port: this.#ports.portOf(key), balancer, kernel, now };
    const running = {
      balancer,
      relay: protocol === "udp" ? udpRelay(options) : tcpRelay(options),
      nodePort,
      claim: this.#claim(protocol, nodePort),
    };
    this.#running.set(key, running);
    return running;
  }

  /** So that no process of the node takes the port meanwhile; rules see to it that nothing ever arrives. */
  #claim(
    protocol: ServicePortModel["port"]["protocol"],
    nodePort: number | undefined,
  ): Running["claim"] {
    const { relay: kernel, log } = this.#options;
    if (nodePort === undefined) return undefined;
    try {
      if (protocol === "udp") {
        const socket = kernel.bindUdp(nodePort);
        return { end: () => void socket.close() };
      }
      const server = createServer((socket) => socket.destroy());
      kernel.listenTcp(server, nodePort);
      return { end: () => void server.close() };
    } catch (err) {
      log.warn({ err, nodePort }, "node port is taken by a process of the node");
      return undefined;
    }
  }

  #stop(key: string): void {
    const running = this.#running.get(key);
    running?.relay[Symbol.dispose]();
    running?.claim?.end();
    this.#running.delete(key);
    this.#ports.release(key);
  }
}

/** All that a first sync writes on a clean node, and behind it, as comments, what the relays will do. */
export function firstUserspacePayload({ cluster, node, family }: RenderInput): string {
  const ports = new ProxyPorts();
  const entries = relayed([...cluster.services.values()].flatMap((service) => service.ports)).map(
    (model) => ({ model, proxyPort: ports.portOf(portalKey(model.port)) }),
  );
  const portals = entries.map(({ model, proxyPort }) => ({ port: model.port, proxyPort }));
  const rules = renderPortals({ portals, hostIP: node.ip, family, jumps: portalJumps });
  const relays = entries.map(({ model, proxyPort }) => formatRelay(relayEntry(model, proxyPort)));
  return [rules.trimEnd(), ...relays, ""].join("\n");
}

function relayEntry({ port, endpoints }: ServicePortModel, proxyPort: number): RelayEntry {
  const { name, protocol, affinitySeconds } = port;
  return { name, protocol, proxyPort, affinitySeconds, endpoints: readyOf(endpoints) };
}

/** `ip:port`, each once. */
function readyOf(endpoints: ServicePortModel["endpoints"]): readonly string[] {
  return [...new Set(endpoints.filter(({ ready }) => ready).map(({ text }) => text))];
}

/** This mode never learned SCTP. */
function relayed(models: readonly ServicePortModel[]): readonly ServicePortModel[] {
  return models.filter(({ port }) => port.protocol !== "sctp");
}
