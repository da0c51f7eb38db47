/** A lab from inside its sandbox: the machines, the cluster on them, and all that can be done with both. */

import type { Logger } from "pino";
import type { AnyObject, Kind } from "../../api/objects/kinds.ts";
import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import { requestDeletion } from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";
import { beforeAbort } from "../../base/before-abort.ts";
import { CleanupStack } from "../../base/cleanup-stack.ts";
import { count } from "../../base/words.ts";
import type { Capture } from "../../observe/capture.ts";
import type { Artifact, Emit } from "../../observe/event.ts";
import type { ProbeResult } from "../../observe/probe.ts";
import { Sightings } from "../../observe/sightings.ts";
import type { PacketWalk } from "../../observe/walk/packet-walk.ts";
import type { FaultTarget, Probe, WaitCondition } from "../../topology/scenario/scenario.ts";
import type {
  InterfacePlace,
  Machine,
  PodPlace,
  WorkloadPlace,
} from "../../topology/where/where.ts";
import type { BuildRequest } from "../build-request.ts";
import type { ExecResult } from "../control/protocol.ts";
import { isUnusual, topologyNeeds } from "../needs/lab-needs.ts";
import type { ScenarioLab } from "../scenario/scenario-lab.ts";
import { walkProbe } from "../walk/walk-probe.ts";
import { Cluster } from "./cluster.ts";
import { type ProgramOptions, runProgram } from "./containers/run-program.ts";
import type { LabEtcd, LabEtcdOptions } from "./control-plane/lab-etcd.ts";
import { Faults } from "./faults/faults.ts";
import { startHosts } from "./machines/hosts.ts";
import { Machines } from "./machines/machines.ts";
import { wireMachines } from "./machines/wire-machines.ts";
import { createPodNetwork, type PodNetwork } from "./networks/pod-network.ts";
import { Members } from "./nodes/members.ts";
import { NodeWirings } from "./nodes/node-wirings.ts";
import { Places } from "./places/places.ts";
import { Prober } from "./probes/prober.ts";
import { describeCondition, holds } from "./readiness/conditions.ts";
import { tellPodTrouble } from "./readiness/pod-trouble.ts";
import { tellReadyPods } from "./readiness/ready-pods.ts";
import { untilSettled } from "./readiness/settled.ts";
import { waitForStore } from "./readiness/wait-for.ts";
import { RunError } from "./run-error.ts";
import { serveKubectl } from "./serve-kubectl.ts";
import { writeSnapshot } from "./snapshot.ts";
import { startCapture } from "./start-capture.ts";
import { Workloads } from "./workloads.ts";

export interface LiveLabOptions {
  readonly name: string;
  readonly request: BuildRequest;
  readonly log: Logger;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Where clients on the host reach the API server: a socket that listens outside of the sandbox. */
  readonly apiListenerFd?: number | undefined;
  /** Called before anything is in it. */
  readonly onStore?: (store: Store) => void;
}

export class LiveLab implements ScenarioLab, AsyncDisposable {
  readonly name: string;
  readonly request: BuildRequest;
  readonly machines: Machines;
  readonly cluster: Cluster;
  readonly places: Places;
  readonly startedAt: Date;
  readyAfterMs = 0;
  readonly #faults: Faults;
  readonly #prober: Prober;
  readonly #workloads: Workloads;
  readonly #network: PodNetwork;
  readonly #members: Members;
  readonly #cleanup: CleanupStack;

  private constructor(
    { name, request }: LiveLabOptions,
    parts: {
      readonly machines: Machines;
      readonly members: Members;
      readonly network: PodNetwork;
      readonly cluster: Cluster;
      readonly etcd: LabEtcd | undefined;
      readonly sightings: Sightings;
    },
    cleanup: CleanupStack,
  ) {
    const { machines, members, network, cluster, etcd, sightings } = parts;
    this.name = name;
    this.request = request;
    this.machines = machines;
    this.cluster = cluster;
    this.startedAt = new Date();
    this.places = new Places({
      topology: request.topology,
      store: cluster.store,
      addressesIn: (netns, device) => machines.addressesIn(netns, device),
    });
    this.#faults = new Faults({ machines, cluster, network, places: this.places, etcd });
    this.#workloads = new Workloads(cluster.store);
    this.#prober = new Prober({ machines, places: this.places, sightings });
    this.#network = network;
    this.#members = members;
    this.#cleanup = cleanup;
  }

  /**
   * Builds everything and waits until it is ready.
   *
   * @throws HostError when this kernel lacks what the topology needs; KernelError, ApiError; RunError `LAB_NOT_READY` saying what was missing when the time was up.
   */
  static async build(options: LiveLabOptions): Promise<LiveLab> {
    const startedAt = performance.now();
    const { request, log, emit, signal } = options;
    const { topology, objects } = request;
    const needs = topologyNeeds(topology).filter(isUnusual);
    if (needs.length > 0) {
      // Most labs need none of it, and need not load what tries it.
      const { requireFeatures } = await import("./require-features.ts");
      await requireFeatures(needs);
    }
    await using building = new CleanupStack();
    const machines = building.use(new Machines());
    const sightings = new Sightings();
    const members = new Members(topology);
    const network = createPodNetwork(topology, members);
    const wirings = new NodeWirings({ network, members, machines });

    const nodeCount = count(topology.nodes.length, "node");
    emit({ type: "phase-started", phase: "fabric", detail: nodeCount });
    const witness = {
      record: ({ id, ...seen }: Parameters<Sightings["note"]>[1] & { readonly id: string }) =>
        sightings.note(id, seen),
    };
    building.use(await wireMachines(topology, { network, machines, wirings }, signal));
    building.use(await startHosts(topology, machines, witness, log));

    const etcd = await startEtcd({ topology, machines, log }, signal);
    if (etcd !== undefined) building.use(etcd);
    const { seed } = request;
    const cluster = building.use(
      new Cluster({
        ...{ topology, machines, network, members, wirings },
        ...{ witness, seed, etcd, log, emit },
      }),
    );
    options.onStore?.(cluster.store);
    emit({ type: "phase-started", phase: "pods", detail: count(objects.length, "object") });
    // Some, such as the standard ClusterRoles, are there from the start.
    for (const object of objects) cluster.apply(object);
    const parts = { machines, members, network, cluster, etcd, sightings };
    const lab = new LiveLab(options, parts, building.move());
    try {
      lab.#cleanup.defer(tellReadyPods(cluster.store, startedAt, emit));
      lab.#cleanup.defer(tellPodTrouble(cluster.store, emit));
      cluster.start();
      await cluster.startLoadBalancer();
      await serveKubectl(cluster, machines, options);
      await lab.settled(request.readyWithinMs, signal, "outlive their last run");
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    for (const { name, proxy } of topology.nodes) {
      if (proxy.sync.frozen) await lab.fail({ type: "component", name: "kube-proxy", node: name });
    }
    lab.#reportReady(startedAt, emit);
    return lab;
  }

  probe(probe: Probe, signal: AbortSignal): Promise<ProbeResult> {
    return this.#prober.probe(probe, signal);
  }

  /** One attempt, and which way its first packet took. @throws RunError for a kind that has no such packet. */
  walk(probe: Probe, signal: AbortSignal): Promise<PacketWalk> {
    return walkProbe(this, probe, signal);
  }

  capture(
    at: readonly InterfacePlace[],
    signal: AbortSignal,
    captureFilter?: string,
  ): Promise<Capture> {
    const devices = at.flatMap((place) => this.places.devices(place));
    return startCapture(devices, this.machines, { captureFilter, signal });
  }

  exec(at: Machine, command: readonly string[], options: ProgramOptions): Promise<ExecResult> {
    const { netns } = this.places.machine(at);
    return runProgram(this.machines, netns, command, options);
  }

  apply(objects: readonly AnyObject[]): ReturnType<ScenarioLab["apply"]> {
    return objects.map((object) => this.cluster.apply(object));
  }

  delete(kind: Kind, key: ObjectKey): void {
    const deleted = requestDeletion(this.cluster.store, kind, key);
    if (deleted === undefined) {
      throw new RunError("RUN_NO_SUCH_PLACE", `there is no ${kind} ${key.namespace}/${key.name}`);
    }
  }

  scale(place: WorkloadPlace, replicas: number): void {
    this.#workloads.scale(place, replicas);
  }

  rollout(place: WorkloadPlace, image: string | undefined, signal: AbortSignal): Promise<void> {
    return this.#workloads.rollout(place, image, signal);
  }

  describeRollout(place: WorkloadPlace): string {
    return this.#workloads.describeRollout(place);
  }

  /** Those that {@link fail} can stop. */
  get components(): readonly string[] {
    return this.#faults.components;
  }

  fail(target: FaultTarget): Promise<void> {
    return this.#faults.fail(target);
  }

  heal(target: FaultTarget): Promise<void> {
    return this.#faults.heal(target);
  }

  impair(impairment: Parameters<Faults["impair"]>[0]): void {
    this.#faults.impair(impairment);
  }

  kill(place: PodPlace | WorkloadPlace): ObjectKey {
    const [pod] = this.places.pods(place);
    if (pod === undefined) throw new RunError("RUN_NO_POD", `${place.name} has no pod`);
    const key = keyOf(pod);
    requestDeletion(this.cluster.store, "Pod", key, { gracePeriodSeconds: 0 });
    return key;
  }

  async wait(condition: WaitCondition, signal: AbortSignal): Promise<void> {
    const { store } = this.cluster;
    const isTrue = (): boolean => holds(condition, store, this.places);
    do {
      await waitForStore(store, isTrue, signal);
      // What was just written may be about to make it false: a pod is gone, and its slice does not know.
      await beforeAbort(this.cluster.concluded(), signal);
    } while (!isTrue());
    // What the objects say, the nodes' rules say a moment later.
    if (condition.type === "endpoints") {
      await beforeAbort(this.cluster.awakeRulesSynced(), signal);
    } else if (condition.type === "rules") {
      await beforeAbort(this.cluster.rulesSynced(condition.node), signal);
    }
  }

  describeWait(condition: WaitCondition): string {
    return describeCondition(condition, this.cluster.store, this.places);
  }

  writeSnapshot(directory: string): Promise<readonly Artifact[]> {
    return writeSnapshot(directory, this);
  }

  /** {@link untilSettled} */
  settled(
    withinMs: number,
    signal: AbortSignal,
    restarted: Parameters<typeof untilSettled>[0]["restarted"] = "count at once",
  ): Promise<void> {
    const { cluster, machines, request } = this;
    const from = this.#members.nodes.map(({ name }) => machines.netns(name));
    const { topology } = request;
    const network = this.#network;
    return untilSettled({ cluster, network, topology, from, restarted }, withinMs, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup[Symbol.asyncDispose]();
  }

  #reportReady(startedAt: number, emit: Emit): void {
    const { store } = this.cluster;
    this.readyAfterMs = performance.now() - startedAt;
    emit({
      type: "lab-ready",
      lab: this.name,
      elapsedMs: this.readyAfterMs,
      nodes: this.#members.nodes.length,
      pods: store.list("Pod").length,
      services: store.list("Service").length,
    });
  }
}

/** Only where the topology wants it: most labs have none, and need not load what drives it. */
async function startEtcd(
  options: LabEtcdOptions,
  signal: AbortSignal,
): Promise<LabEtcd | undefined> {
  if (options.topology.controlPlane.store !== "etcd") return undefined;
  const { LabEtcd } = await import("./control-plane/lab-etcd.ts");
  return LabEtcd.start(options, signal);
}
