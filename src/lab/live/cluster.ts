/** The running Kubernetes of a lab: the store, its controllers, and on each node kubelet and kube-proxy. */
import type { Logger } from "pino";
import { type Busy, whenAllIdle } from "../../api/controller/controller.ts";
import type { AnyObject } from "../../api/objects/kinds.ts";
import { type ApplyOutcome, applyObject } from "../../api/requests/apply-object.ts";
import type { RequestOptions } from "../../api/requests/request-options.ts";
import type { Store } from "../../api/store/store.ts";
import { CleanupStack } from "../../base/cleanup-stack.ts";
import type { KubeProxy } from "../../components/kube-proxy/kube-proxy.ts";
import type { Kubelet } from "../../components/kubelet/kubelet.ts";
import type { TokenWish } from "../../components/kubelet/volumes/token-keeper.ts";
import type { LoadBalancer } from "../../components/load-balancer/balancer.ts";
import { PodResponders } from "../../components/responder/pod-responders.ts";
import type { Witness } from "../../components/responder/witness.ts";
import { setupServiceAccount } from "../../components/service-account/setup.ts";
import type { Emit } from "../../observe/event.ts";
import type { Topology } from "../../topology/topology.ts";
import { LabApi } from "../api/lab-api.ts";
import { LiveContainers } from "./containers/live-container.ts";
import { podAccess } from "./containers/pod-access.ts";
import { ApiServerProcess } from "./control-plane/api-server-process.ts";
import { newClusterStore } from "./control-plane/cluster-store.ts";
import { startControlPlane } from "./control-plane/control-plane.ts";
import { apiServerNodes } from "./control-plane/first-objects.ts";
import type { LabEtcd } from "./control-plane/lab-etcd.ts";
import { startLoadBalancer } from "./machines/load-balancer.ts";
import type { Machines } from "./machines/machines.ts";
import type { PodNetwork } from "./networks/pod-network.ts";
import type { Members } from "./nodes/members.ts";
import { Membership } from "./nodes/membership.ts";
import type { NodeAgents } from "./nodes/node-agents.ts";
import type { NodeWirings } from "./nodes/node-wirings.ts";

export interface ClusterOptions {
  readonly topology: Topology;
  readonly machines: Machines;
  readonly network: PodNetwork;
  readonly members: Members;
  readonly wirings: NodeWirings;
  readonly witness: Witness;
  readonly seed: number;
  /** Where the store is kept, when that is not memory. */
  readonly etcd: LabEtcd | undefined;
  readonly log: Logger;
  readonly emit: Emit;
}

export class Cluster implements AsyncDisposable {
  readonly store: Store;
  readonly api: LabApi;
  readonly apiServer: ApiServerProcess;
  readonly containers: LiveContainers = new LiveContainers();
  readonly #options: ClusterOptions;
  readonly #admission: RequestOptions;
  readonly #running = new CleanupStack();
  readonly #controllers: Busy[] = [];
  #membership: Membership | undefined;
  #balancer: LoadBalancer | undefined;

  /** The store with what a cluster holds from the start; nothing runs yet. */
  constructor(options: ClusterOptions) {
    this.#options = options;
    const { etcd } = options;
    const { store, admission } = newClusterStore({ ...options, kept: etcd });
    this.store = store;
    this.#admission = admission;
    const runtime = podAccess(this.containers, options.machines);
    const checks = new Map(etcd && [["etcd", () => etcd.isReachable]]);
    const api = { ...options, store, admission, runtime, checks };
    this.api = this.#running.use(new LabApi(api));
    this.apiServer = new ApiServerProcess({ store, api: this.api, etcd });
    etcd?.follow(store);
  }

  /** As `kubectl apply` does, defaulted, validated, with addresses given. @throws ApiError. */
  apply(object: AnyObject): { readonly object: AnyObject; readonly outcome: ApplyOutcome } {
    return applyObject(this.store, object, this.#admission);
  }

  /** Starts everything that watches the store. */
  start(): void {
    const { topology, machines, witness, log } = this.#options;
    const accounts = setupServiceAccount({
      store: this.store,
      log: log.child({ component: "service-account" }),
      rootCertificate: this.api.authority.certificate,
    });
    for (const controller of [
      ...startControlPlane(this.store, log, topology.loadBalancer),
      accounts,
    ]) {
      this.#controllers.push(this.#running.use(controller));
    }
    const responderLog = log.child({ component: "responder" });
    const responders = PodResponders.watch(this.store, witness, responderLog);
    this.#running.defer(() => responders[Symbol.dispose]());
    const endLogs = this.store.watch("Pod", ({ type, object }) => {
      if (type === "DELETED") this.containers.logs.forget(object.metadata.uid ?? "");
    });
    this.#running.defer(endLogs);
    this.#membership = new Membership({
      ...this.#options,
      store: this.store,
      responders,
      containers: this.containers,
      mintToken: (wish) => this.#mintToken(wish),
    });
    this.#running.use(this.#membership);
    this.#controllers.push(this.#running.use(this.#membership.follow()));
    for (const { name, address } of apiServerNodes(topology)) {
      this.api.listenIn(machines.netns(name), address);
    }
    this.#running.defer(() => machines[Symbol.asyncDispose]());
  }

  /** Resolves when the load balancer has a place in the underlay, if the topology has one. */
  async startLoadBalancer(): Promise<void> {
    const { loadBalancer } = this.#options.topology;
    if (loadBalancer === undefined) return;
    const options = { ...this.#options, store: this.store };
    this.#balancer = this.#running.use(await startLoadBalancer(loadBalancer, options));
  }

  /** Resolves when nobody has anything to do and every node's rules are those of the store, but for frozen ones. */
  async settled(): Promise<void> {
    const agents = this.#agentsOn().flatMap(({ kubelet, policies }) => [kubelet, ...policies]);
    await whenAllIdle([...this.#controllers, ...agents]);
    await this.awakeRulesSynced();
  }

  /** Resolves when every controller has drawn its conclusions from the objects: slices say what pods are. */
  async concluded(): Promise<void> {
    const policies = this.#agentsOn().flatMap((agents) => agents.policies);
    await whenAllIdle([...this.#controllers, ...policies]);
  }

  /** Resolves when every node's rules are those of the store as it is now; of one node, when it is named. */
  async rulesSynced(node?: string): Promise<void> {
    await Promise.all(this.proxiesOn(node).map((proxy) => proxy.synced()));
    await this.#balancer?.check();
  }

  /** As {@link rulesSynced} of all nodes, but for those whose kube-proxy stands still. */
  async awakeRulesSynced(): Promise<void> {
    const awake = this.proxiesOn(undefined).filter(({ isFrozen }) => !isFrozen);
    await Promise.all(awake.map((proxy) => proxy.synced()));
    // Whom it sends to is what the nodes, which know by now, tell it.
    await this.#balancer?.check();
  }

  /** Undefined on a machine that is no member. */
  kubeletOn(node: string): Kubelet | undefined {
    return this.#agentsOn(node)[0]?.kubelet;
  }

  /** Those of one node, or all of them. */
  proxiesOn(node: string | undefined): readonly KubeProxy[] {
    return this.#agentsOn(node).flatMap(({ proxies }) => proxies);
  }

  #agentsOn(node?: string): readonly NodeAgents[] {
    return this.#membership?.agentsOn(node) ?? [];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running[Symbol.asyncDispose]();
  }

  /** What a kubelet asks the API server for its pods. */
  #mintToken({ serviceAccountName, audience, ...wish }: TokenWish): string | undefined {
    const { namespace } = wish;
    if (!this.store.get("ServiceAccount", { namespace, name: serviceAccountName }))
      return undefined;
    const audiences = audience === undefined ? [] : [audience];
    return this.api.tokens.issue({ ...wish, name: serviceAccountName, audiences }).token;
  }
}
