import type { Topology, TopologyNode } from "../../../topology/topology.ts";

/** Which of the topology's nodes belong to the cluster now: those that have joined and not left. */
export class Members {
  readonly #topology: Topology;
  readonly #names: Set<string>;

  constructor(topology: Topology, names?: Set<string>) {
    this.#topology = topology;
    this.#names =
      names ?? new Set(topology.nodes.flatMap(({ name, joined }) => (joined ? [name] : [])));
  }

  /** The same members, as another topology of the same machines describes them: one of a single address family. */
  within(topology: Topology): Members {
    return new Members(topology, this.#names);
  }

  /** In the topology's order. */
  get nodes(): readonly TopologyNode[] {
    return this.#topology.nodes.filter(({ name }) => this.#names.has(name));
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(name: string): void {
    this.#names.add(name);
  }

  delete(name: string): void {
    this.#names.delete(name);
  }
}
