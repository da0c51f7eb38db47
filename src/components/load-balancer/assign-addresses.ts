/** Gives each Service of type LoadBalancer an address of the pool, in its status, and takes it back. */
import { Controller, itself, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import type { ObjectKey } from "../../api/objects/meta.ts";
import type { LoadBalancerIngress, Service } from "../../api/objects/service.ts";
import { addressAt, blockSize, type Cidr, contains } from "../../net/cidr.ts";
import { type IpAddress, parseIpAddress } from "../../net/ip-address.ts";
import { isBalanced } from "./frontends.ts";
import type { BalancerMode } from "./render-rules.ts";

export interface AssignOptions extends ControllerContext {
  readonly pool: Cidr;
  readonly mode: BalancerMode;
}

export function setupLoadBalancerAddresses(options: AssignOptions): Controller {
  const { store, log, timer } = options;
  const definition = {
    name: "load-balancer",
    watches: [watching("Service", itself)],
    reconcile: (key: ObjectKey) => {
      const service = store.get("Service", key);
      if (service === undefined) return {};
      const ingress = ingressOf(service, store.list("Service"), options);
      if (ingress !== undefined) store.update<"Service">(withIngress(service, ingress));
      return {};
    },
  };
  return Controller.start(store, definition, log, timer === undefined ? {} : { timer });
}

/** What the Service's status shall say; undefined when it says so already, or nothing is to be said. */
export function ingressOf(
  service: Service,
  all: readonly Service[],
  { pool, mode }: Pick<AssignOptions, "pool" | "mode">,
): readonly LoadBalancerIngress[] | undefined {
  const present = service.status?.loadBalancer?.ingress ?? [];
  if (!isBalanced(service)) {
    // An address of ours is given back; what others wrote is theirs.
    const isOurs = present.some(({ ip }) => isIn(pool, ip));
    return isOurs ? [] : undefined;
  }
  if (present.length > 0) return undefined;
  const address = freeAddress(service, all, pool);
  if (address === undefined) return undefined;
  // ipMode Proxy: what a node sends there must reach the load balancer, since it arrives under another address.
  return [{ ip: address, ipMode: mode === "direct" ? "VIP" : "Proxy" }];
}

/** spec.loadBalancerIP if it is free, else the first that is. The network's and the broadcast address are none. */
function freeAddress(
  { spec }: Service,
  all: readonly Service[],
  pool: Cidr,
): IpAddress | undefined {
  const taken = new Set(
    all.flatMap(({ status }) => status?.loadBalancer?.ingress?.map(({ ip }) => ip) ?? []),
  );
  const wanted = parseIpAddress(spec.loadBalancerIP ?? "");
  if (wanted !== undefined) {
    return isIn(pool, wanted) && !taken.has(wanted) ? wanted : undefined;
  }
  const last = blockSize(pool) > 2n ? blockSize(pool) - 2n : blockSize(pool) - 1n;
  for (let index = blockSize(pool) > 2n ? 1n : 0n; index <= last; index++) {
    const address = addressAt(pool, index);
    if (!taken.has(address)) return address;
  }
  return undefined;
}

function isIn(pool: Cidr, text: string | undefined): boolean {
  const address = parseIpAddress(text ?? "");
  return address !== undefined && contains(pool, address);
}

function withIngress(service: Service, ingress: readonly LoadBalancerIngress[]): Service {
  const { loadBalancer: _, ...status } = service.status ?? {};
  return { ...service, status: { ...status, loadBalancer: ingress.length > 0 ? { ingress } : {} } };
}
