/** The BIRDs of a lab: one on each node, and on each router that has an AS number. */

import { CleanupStack } from "../../../base/cleanup-stack.ts";
import { Deadline } from "../../../base/deadline.ts";
import { until } from "../../../base/until.ts";
import { type BirdConfig, labTimers } from "../../../components/bird/bird-config.ts";
import { renderBirdConfig } from "../../../components/bird/render-config.ts";
import {
  type BgpSpeaker,
  meshSessions,
  reflectedSessions,
  sessionsWith,
} from "../../../components/cni-calico/bgp-peers.ts";
import type { BlockIpam } from "../../../components/cni-calico/block-ipam.ts";
import { isTunnelled, tunnelOf } from "../../../components/cni-calico/calico-network.ts";
import { Bird } from "../../../kernel/programs/bird.ts";
import { formatCidr } from "../../../net/cidr.ts";
import { familyOf, type IpAddress, type IpFamily } from "../../../net/ip-address.ts";
import type { PluginOf } from "../../../topology/plugin.ts";
import type { Router, Topology, TopologyNode } from "../../../topology/topology.ts";
import type { Machines } from "../machines/machines.ts";
import type { Members } from "../nodes/members.ts";
import { RunError } from "../run-error.ts";

/** By machine. */
export type RouterIds = ReadonlyMap<string, IpAddress>;

/** Of a topology whose first family is IPv4, which every one's is. */
export function routerIdsOf({ nodes, underlay }: Topology): RouterIds {
  const routers = underlay.routers.flatMap(({ name, interfaces: [first] }) =>
    first === undefined ? [] : [[name, first.address] as const],
  );
  return new Map([...nodes.map(({ name, address }) => [name, address] as const), ...routers]);
}

interface Surroundings {
  readonly ipam: BlockIpam;
  readonly members: Members;
  /** An IPv4 address of every machine. */
  readonly routerIds: RouterIds;
}

export class BirdMesh {
  readonly #topology: Topology;
  readonly #options: PluginOf<"calico">;
  readonly #ipam: BlockIpam;
  readonly #members: Members;
  readonly #family: IpFamily;
  readonly #routerIds: RouterIds;
  readonly #birds = new Map<string, Bird>();
  /** Reconfigurations that have not been answered, one after the other for each node. */
  readonly #changes = new Map<string, Promise<void>>();
  #machines: Machines | undefined;

  /** `topology` is of one family. */
  constructor(
    topology: Topology,
    options: PluginOf<"calico">,
    { ipam, members, routerIds }: Surroundings,
  ) {
    this.#topology = topology;
    this.#family = familyOf(topology.network.podCIDR.address);
    this.#routerIds = routerIds;
    this.#options = options;
    this.#ipam = ipam;
    this.#members = members;
  }

  /** @throws HostError when bird is not installed; ProgramError when one does not come up. */
  async start(machines: Machines, signal: AbortSignal): Promise<AsyncDisposable> {
    this.#machines = machines;
    await using starting = new CleanupStack();
    starting.defer(() => this.#endAll());
    await Promise.all(this.#wanted().map((name) => this.#start(name, signal)));
    return starting.move();
  }

  /** One on each member; the others hear whom to speak with from now on. @throws ProgramError when one does not come up. */
  async membersChanged(signal: AbortSignal): Promise<void> {
    const wanted = this.#wanted();
    for (const [name, bird] of [...this.#birds]) {
      if (wanted.includes(name)) continue;
      this.#birds.delete(name);
      await bird[Symbol.asyncDispose]();
    }
    const others = wanted.filter((name) => this.#birds.has(name));
    const added = wanted.filter((name) => !this.#birds.has(name));
    await Promise.all(added.map((name) => this.#start(name, signal)));
    for (const name of others) this.changed(name);
    await Promise.all(this.#changes.values());
  }

  #wanted(): readonly string[] {
    return [...this.#members.nodes, ...this.#routers()].map(({ name }) => name);
  }

  /** A daemon dies, as by a crash; of one machine, when it is named. @throws RunError where none runs. */
  async fail(name: string | undefined): Promise<void> {
    await Promise.all(this.#named(name).map(([, bird]) => bird[Symbol.asyncDispose]()));
  }

  /** A daemon that died is started again. @throws RunError where none ran. */
  async heal(name: string | undefined): Promise<void> {
    using patience = new Deadline(10_000);
    await Promise.all(this.#named(name).map(([each]) => this.#start(each, patience.signal)));
  }

  #named(name: string | undefined): ReadonlyArray<readonly [string, Bird]> {
    const found = [...this.#birds].filter(([each]) => name === undefined || each === name);
    if (found.length > 0) return found;
    throw new RunError("RUN_NO_SUCH_PLACE", `no bird runs on ${name}`);
  }

  async #start(name: string, signal: AbortSignal): Promise<void> {
    if (this.#machines === undefined) throw new RangeError("the network has not been started");
    const recovers = this.#options.gracefulRestart && this.#birds.has(name);
    const folder = this.#family === "ipv4" ? "bird" : "bird6";
    const start = { config: this.#text(name), folder, recovers };
    this.#birds.set(name, await Bird.start(this.#machines.place(name), start, signal));
  }

  async #endAll(): Promise<void> {
    await using endings = new CleanupStack();
    for (const bird of this.#birds.values()) endings.use(bird);
  }

  /** The node has other blocks than before: its BIRD is told, and tells the others. */
  changed(node: string): void {
    const bird = this.#birds.get(node);
    // Before the start there is nobody to tell; the first configuration has it.
    if (bird === undefined) return;
    const change = (this.#changes.get(node) ?? Promise.resolve()).then(() =>
      bird.reconfigure(this.#text(node)),
    );
    // Whoever waits for the network to converge learns of a failure.
    change.catch(() => undefined);
    this.#changes.set(node, change);
  }

  /** Resolves when every node's kernel has a route to every other's blocks. @throws ProgramError of a BIRD that refused. */
  async converged(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#changes.values());
    const missing = async (): Promise<true | undefined> => {
      return this.#members.nodes.every((node) => this.#knowsAll(node)) || undefined;
    };
    await until(missing, { intervalMs: 20, signal });
  }

  #knowsAll({ name }: TopologyNode): boolean {
    const netlink = this.#machines?.netlink(name);
    if (netlink === undefined) return false;
    const known = new Set(
      netlink.routes().flatMap(({ to }) => (to === undefined ? [] : [formatCidr(to)])),
    );
    return this.#members.nodes.every((other) =>
      this.#ipam.blocksOf(other.name).every((block) => known.has(formatCidr(block))),
    );
  }

  #text(name: string): string {
    const node = this.#topology.nodes.find((each) => each.name === name);
    const router = this.#routers().find((each) => each.name === name);
    const config = node === undefined ? this.#routerConfig(router) : this.#nodeConfig(node);
    return renderBirdConfig(config);
  }

  #nodeConfig(node: TopologyNode): BirdConfig {
    const { network } = this.#topology;
    const { nodes } = this.#members;
    const options = this.#options;
    const tunnel = tunnelOf(options);
    const self = this.#speaker(node);
    return {
      ...{ role: "node", pool: network.podCIDR, timers: labTimers },
      gracefulRestart: options.gracefulRestart,
      routerId: this.#routerIds.get(node.name) ?? node.address,
      address: node.address,
      asNumber: self.asNumber,
      isExternal: options.bgp === "tor",
      blocks: this.#ipam.blocksOf(node.name),
      borrowed: this.#ipam.borrowedBy(node.name),
      peers: this.#sessions(node, self),
      tunnel: tunnel && {
        device: tunnel.device,
        hops: nodes
          .filter(({ name }) => name !== node.name)
          .map((to) => ({ address: to.address, isTunnelled: isTunnelled(options, node, to) })),
      },
    };
  }

  #sessions(node: TopologyNode, self: BgpSpeaker): BirdConfig["peers"] {
    const speakers = this.#members.nodes.map((each) => this.#speaker(each));
    const { bgp, routeReflectors } = this.#options;
    switch (bgp) {
      case "mesh":
        return meshSessions(self, speakers);
      case "route-reflector":
        return reflectedSessions(self, speakers, routeReflectors);
      case "tor":
        return sessionsWith(
          self,
          this.#routers().flatMap((router) => routerIn(router, node.subnet)),
        );
    }
  }

  #routerConfig(router: Router | undefined): BirdConfig {
    if (router === undefined) throw new RangeError("there is no such machine");
    const [first] = router.interfaces;
    if (first === undefined) throw new RangeError(`router ${router.name} has no address`);
    return {
      ...{ role: "router", pool: this.#topology.network.podCIDR, timers: labTimers },
      ...{ isExternal: true, tunnel: undefined, blocks: [], borrowed: [] },
      gracefulRestart: this.#options.gracefulRestart,
      routerId: this.#routerIds.get(router.name) ?? first.address,
      asNumber: router.asNumber ?? 0,
      peers: router.interfaces.flatMap(({ subnet, address }) => {
        const self = { name: router.name, address, asNumber: router.asNumber ?? 0 };
        const others = this.#routers().filter(({ name }) => name !== router.name);
        const nodes = this.#options.bgp === "tor" ? this.#members.nodes : [];
        return sessionsWith(self, [
          ...others.flatMap((other) => routerIn(other, subnet)),
          ...nodes.filter((node) => node.subnet === subnet).map((node) => this.#speaker(node)),
        ]);
      }),
    };
  }

  #routers(): readonly Router[] {
    return this.#topology.underlay.routers.filter(({ asNumber }) => asNumber !== undefined);
  }

  /** With routers in between each node has an AS of its own, or the routers would take its routes for a loop. */
  #speaker({ name, address }: TopologyNode): BgpSpeaker {
    const index = this.#topology.nodes.findIndex((node) => node.name === name);
    const { asNumber, bgp } = this.#options;
    return { name, address, asNumber: bgp === "tor" ? asNumber + 1 + index : asNumber };
  }
}

/** As a neighbour in a subnet; nothing when it is not in it. */
function routerIn(
  { name, interfaces, asNumber = 0 }: Router,
  subnet: string,
): readonly BgpSpeaker[] {
  return interfaces
    .filter((port) => port.subnet === subnet)
    .map(({ address }) => ({ name, address, asNumber }));
}
