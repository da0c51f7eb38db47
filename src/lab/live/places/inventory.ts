/** What there is under a name at this moment: reads the topology and the store, and changes nothing. */
import { keyOf, type ObjectKey } from "../../../api/objects/meta.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type { Service } from "../../../api/objects/service.ts";
import type { Store } from "../../../api/store/store.ts";
import { nearest } from "../../../base/nearest.ts";
import type { Topology } from "../../../topology/topology.ts";
import { formatWhere } from "../../../topology/where/format-where.ts";
import type {
  PodPlace,
  Where,
  WorkloadKind,
  WorkloadPlace,
} from "../../../topology/where/where.ts";
import { RunError } from "../run-error.ts";

const workloadKinds: readonly WorkloadKind[] = [
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
];

/** Everything throws RunError `RUN_NO_SUCH_PLACE`, with the nearest that there is. */
export class Inventory {
  readonly #topology: Topology;
  readonly #store: Store;

  constructor(topology: Topology, store: Store) {
    this.#topology = topology;
    this.#store = store;
  }

  node(name: string): Topology["nodes"][number] {
    const node = this.#topology.nodes.find((candidate) => candidate.name === name);
    if (node === undefined) throw this.#missing({ type: "node", name });
    return node;
  }

  host(name: string): Topology["hosts"][number] {
    const host = this.#topology.hosts.find((candidate) => candidate.name === name);
    if (host === undefined) throw this.#missing({ type: "host", name });
    return host;
  }

  /** The netns of a router, or of the switches. */
  fabric(name: string): string {
    if (!this.#fabrics().includes(name)) throw this.#missing({ type: "fabric", name });
    return name;
  }

  service({ namespace, name }: ObjectKey): Service {
    const service = this.#store.get("Service", { namespace, name });
    if (service === undefined) throw this.#missing({ type: "service", namespace, name });
    return service;
  }

  /** The pods of a place, by name; a pod that is being deleted counts only when nothing else is left. */
  pods(place: PodPlace | WorkloadPlace): readonly Pod[] {
    const { namespace, name } = place;
    if (place.type === "pod") {
      const pod = this.#store.get("Pod", { namespace, name });
      if (pod === undefined) throw this.#missing(place);
      return [pod];
    }
    const workload = this.#store.get(place.kind, { namespace, name });
    if (workload === undefined) throw this.#missing(place);
    const owners = [workload.metadata.uid ?? ""];
    if (place.kind === "Deployment") {
      const replicaSets = this.#store.listOwnedBy("ReplicaSet", owners[0] ?? "");
      owners.push(...replicaSets.map(({ metadata }) => metadata.uid ?? ""));
    }
    const pods = owners.flatMap((uid) => this.#store.listOwnedBy("Pod", uid));
    pods.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return staying.length > 0 ? staying : pods;
  }

  #fabrics(): readonly string[] {
    return ["underlay", ...this.#topology.underlay.routers.map(({ name }) => name)];
  }

  #missing(place: Where): RunError {
    const text = formatWhere(place);
    const near = this.#nearest(text);
    const hint = near === undefined ? "see `podwire ps`" : `did you mean ${near}?`;
    return new RunError("RUN_NO_SUCH_PLACE", `there is no ${text}`, { hint });
  }

  /** Rather what is called so and is of another kind or namespace than what is spelt alike. */
  #nearest(text: string): string | undefined {
    const all = this.#all().map(formatWhere);
    const named = all.filter((each) => lastName(each) === lastName(text));
    return named.find((each) => kindIn(each) === kindIn(text)) ?? named[0] ?? nearest(text, all);
  }

  #all(): readonly Where[] {
    const { nodes, hosts } = this.#topology;
    const objects = workloadKinds.flatMap((kind) =>
      this.#store.list(kind).map((object): Where => {
        return { type: "workload", kind, ...keyOf(object) };
      }),
    );
    return [
      ...nodes.map(({ name }): Where => ({ type: "node", name })),
      ...hosts.map(({ name }): Where => ({ type: "host", name })),
      ...this.#fabrics().map((name): Where => ({ type: "fabric", name })),
      ...objects,
      ...this.#store.list("Service").map((each): Where => ({ type: "service", ...keyOf(each) })),
      ...this.#store.list("Pod").map((each): Where => ({ type: "pod", ...keyOf(each) })),
    ];
  }
}

function lastName(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}

function kindIn(text: string): string {
  return text.slice(0, text.indexOf("/"));
}
