/** Where routers that speak no routing protocol send packets: what an administrator writes there by hand. Pure. */
import type { RoutePlan } from "../../kernel/plan/plan.ts";
import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";

interface Router {
  readonly name: string;
  /** eth0, eth1, … in this order. */
  readonly interfaces: ReadonlyArray<{ readonly subnet: string; readonly address: IpAddress }>;
}

/** By which device a packet leaves, and to which router; `via` undefined: the subnet is on a wire of its own. */
export interface Way {
  readonly device: string;
  readonly via: IpAddress | undefined;
}

/**
 * The way with the fewest routers on it; of several the first, by the order of interfaces and routers. Undefined when
 * no router leads there.
 */
export function wayTo(subnet: string, from: Router, routers: readonly Router[]): Way | undefined {
  const seen = new Set<string>();
  // Breadth first: each with the first step that led there.
  const queue: Array<{ readonly router: Router; readonly first: Way | undefined }> = [
    { router: from, first: undefined },
  ];
  for (const { router, first } of queue) {
    if (seen.has(router.name)) continue;
    seen.add(router.name);
    const index = router.interfaces.findIndex((port) => port.subnet === subnet);
    if (index !== -1) return first ?? { device: `eth${index}`, via: undefined };
    queue.push(
      ...neighboursOf(router, routers).map(({ neighbour, way }) => ({
        router: neighbour,
        first: first ?? way,
      })),
    );
  }
  return undefined;
}

function neighboursOf(router: Router, routers: readonly Router[]) {
  return router.interfaces.flatMap(({ subnet }, index) =>
    routers.flatMap((neighbour) => {
      if (neighbour.name === router.name) return [];
      const port = neighbour.interfaces.find((each) => each.subnet === subnet);
      if (port === undefined) return [];
      return [{ neighbour, way: { device: `eth${index}`, via: port.address } }];
    }),
  );
}

/** To every subnet that is not on a wire of the router's own. */
export function staticRoutes(
  router: Router,
  routers: readonly Router[],
  subnets: ReadonlyArray<{ readonly name: string; readonly cidr: Cidr }>,
): readonly RoutePlan[] {
  return subnets.flatMap(({ name, cidr: to }) => {
    const way = wayTo(name, router, routers);
    return way?.via === undefined ? [] : [{ to, via: way.via, device: way.device }];
  });
}
