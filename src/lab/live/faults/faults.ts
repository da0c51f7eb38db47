/** What breaks and mends in a running lab: nodes, wires, components. */
import type { FaultTarget, ImpairStep } from "../../../topology/scenario/scenario.ts";
import type { InterfacePlace } from "../../../topology/where/where.ts";
import { UNDERLAY } from "../../fabric/plan-fabric.ts";
import type { Cluster } from "../cluster.ts";
import type { LabEtcd } from "../control-plane/lab-etcd.ts";
import type { Machines } from "../machines/machines.ts";
import type { PodNetwork } from "../networks/pod-network.ts";
import type { Places } from "../places/places.ts";
import { RunError } from "../run-error.ts";
import { type FaultyDevice, LinkFaults } from "./link-faults.ts";

export interface FaultsOptions {
  readonly machines: Machines;
  readonly cluster: Cluster;
  readonly places: Places;
  readonly network: PodNetwork;
  readonly etcd: LabEtcd | undefined;
}

/** What of a cluster can die while its machine goes on. */
interface Daemons {
  fail(node: string | undefined): Promise<void>;
  heal(node: string | undefined): Promise<void>;
}

export class Faults {
  readonly #options: FaultsOptions;
  readonly #links: LinkFaults;

  constructor(options: FaultsOptions) {
    const { machines } = options;
    this.#options = options;
    this.#links = new LinkFaults({
      netlink: (netns) => machines.netlink(netns),
      underlay: UNDERLAY,
    });
  }

  /** Resolves when what acts there has stopped. @throws RunError for what this version cannot break. */
  async fail(target: FaultTarget): Promise<void> {
    const { cluster } = this.#options;
    switch (target.type) {
      case "link":
        for (const device of this.#devices(target.at)) this.#links.cut(device);
        return;
      case "node":
        this.#assertNode(target.name);
        this.#links.cut(cableOf(target.name));
        cluster.kubeletOn(target.name)?.freeze();
        await this.#freezeProxies(target.name);
        return;
      case "component":
        await this.#component(target.name).fail(target.node);
    }
  }

  async heal(target: FaultTarget): Promise<void> {
    const { cluster } = this.#options;
    switch (target.type) {
      case "link":
        for (const device of this.#devices(target.at)) this.#links.mend(device);
        return;
      case "node":
        this.#assertNode(target.name);
        this.#links.mend(cableOf(target.name));
        cluster.kubeletOn(target.name)?.thaw();
        this.#thawProxies(target.name);
        return;
      case "component":
        await this.#component(target.name).heal(target.node);
    }
  }

  /** @throws HostError when this kernel lacks what it takes; RunError for a device with one end. */
  impair({ at, direction, ...change }: Omit<ImpairStep, "type" | "title" | "location">): void {
    for (const device of this.#devices(at)) this.#links.impair(device, direction, change);
  }

  #devices(place: InterfacePlace): readonly FaultyDevice[] {
    const { where } = place;
    const isPod = where.type === "pod" || where.type === "workload";
    const node = isPod ? this.#options.places.nodeOf(where) : undefined;
    return this.#options.places
      .devices(place)
      .map(({ netns, device }) => ({ netns, device, node }));
  }

  /** Those of this lab, by name. */
  get components(): readonly string[] {
    return [...this.#daemons.keys()];
  }

  get #daemons(): ReadonlyMap<string, Daemons> {
    const { cluster, network, etcd } = this.#options;
    const kubeProxy: Daemons = {
      fail: (node) => this.#freezeProxies(node),
      heal: async (node) => this.#thawProxies(node),
    };
    const all: ReadonlyArray<readonly [string, Daemons | undefined]> = [
      ["kube-proxy", kubeProxy],
      [network.daemons?.name ?? "", network.daemons],
      ["api-server", cluster.apiServer],
      ["etcd", etcd],
    ];
    return new Map(
      all.flatMap(([name, daemons]) => (daemons === undefined ? [] : [[name, daemons] as const])),
    );
  }

  #component(name: string): Daemons {
    const found = this.#daemons.get(name);
    if (found !== undefined) return found;
    throw new RunError("RUN_NO_SUCH_PLACE", `no ${name} runs in this lab`, {
      hint: "bird runs with network plugin calico, except in VXLAN; etcd with controlPlane: {store: etcd}",
    });
  }

  /** @throws RunError where there is none of the name. */
  #assertNode(name: string): void {
    this.#options.places.machine({ type: "node", name });
  }

  async #freezeProxies(node: string | undefined): Promise<void> {
    if (node !== undefined) this.#assertNode(node);
    await Promise.all(this.#options.cluster.proxiesOn(node).map((proxy) => proxy.freeze()));
  }

  #thawProxies(node: string | undefined): void {
    if (node !== undefined) this.#assertNode(node);
    for (const proxy of this.#options.cluster.proxiesOn(node)) proxy.thaw();
  }
}

function cableOf(node: string): FaultyDevice {
  return { netns: node, device: "eth0", node: undefined };
}
