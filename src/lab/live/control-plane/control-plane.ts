/** The controllers of the control plane: what kube-controller-manager and kube-scheduler run. */
import type { Logger } from "pino";
import type { Busy } from "../../../api/controller/controller.ts";
import type { ControllerContext } from "../../../api/controller/controller-context.ts";
import type { Store } from "../../../api/store/store.ts";
import { setupDaemonSet } from "../../../components/daemon-set/setup.ts";
import { setupDeployment } from "../../../components/deployment/setup.ts";
import { setupEndpointSlice } from "../../../components/endpoint-slice/setup.ts";
import { setupEndpoints, setupEndpointsMirroring } from "../../../components/endpoints/setup.ts";
import { setupLoadBalancerAddresses } from "../../../components/load-balancer/assign-addresses.ts";
import { setupNamespace } from "../../../components/namespace/setup.ts";
import { setupPodLifecycle } from "../../../components/pod-lifecycle/setup.ts";
import { setupReplicaSet } from "../../../components/replica-set/setup.ts";
import { setupScheduler } from "../../../components/scheduler/setup.ts";
import { setupStatefulSet } from "../../../components/stateful-set/setup.ts";
import type { LoadBalancerHost } from "../../../topology/topology.ts";

/** In the order of the data's way, which is for the reader: each is woken by objects alone. */
const setups: ReadonlyArray<
  readonly [string, (context: ControllerContext) => Busy & AsyncDisposable]
> = [
  ["deployment", setupDeployment],
  ["stateful-set", setupStatefulSet],
  ["daemon-set", setupDaemonSet],
  ["replica-set", setupReplicaSet],
  ["scheduler", setupScheduler],
  ["pod-lifecycle", setupPodLifecycle],
  ["namespace", setupNamespace],
  ["endpoint-slice", setupEndpointSlice],
  ["endpoints", setupEndpoints],
  ["endpoints-mirroring", setupEndpointsMirroring],
];

/** All of them, running; with a load balancer the one that gives out its addresses. The caller disposes of them. */
export function startControlPlane(
  store: Store,
  log: Logger,
  balancer?: LoadBalancerHost,
): ReadonlyArray<Busy & AsyncDisposable> {
  const always = setups.map(([component, setup]) =>
    setup({ store, log: log.child({ component }) }),
  );
  if (balancer === undefined) return always;
  const { pool, mode } = balancer;
  const component = "load-balancer";
  return [
    ...always,
    setupLoadBalancerAddresses({ store, log: log.child({ component }), pool, mode }),
  ];
}
