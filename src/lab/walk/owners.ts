import { podAddresses } from "../../api/services/service-endpoints.ts";
import type { Leg } from "../../observe/walk/packet-walk.ts";
import { formatWhere } from "../../topology/where/format-where.ts";
import type { LiveLab } from "../live/live-lab.ts";

/** Whose the addresses are that the packets had on their way: `10.96.0.10` is `svc/kube-system/kube-dns`. */
export function ownersOf(
  { request, cluster: { store } }: LiveLab,
  legs: readonly Leg[],
): Readonly<Record<string, string>> {
  const owners = new Map<string, string>();
  const own = (addresses: readonly string[], owner: string): void => {
    for (const address of addresses) owners.set(address, owner);
  };
  for (const { name, addresses } of request.topology.nodes) {
    own(addresses, formatWhere({ type: "node", name }));
  }
  for (const { name, addresses } of request.topology.hosts) {
    own(addresses, formatWhere({ type: "host", name }));
  }
  for (const { name, interfaces } of request.topology.underlay.routers) {
    const router = formatWhere({ type: "fabric", name });
    own(
      interfaces.flatMap(({ addresses }) => addresses),
      router,
    );
  }
  for (const pod of store.list("Pod")) {
    const { namespace = "", name } = pod.metadata;
    if (pod.spec.hostNetwork === true) continue;
    own(podAddresses(pod), formatWhere({ type: "pod", namespace, name }));
  }
  for (const { metadata, spec } of store.list("Service")) {
    const { namespace = "", name } = metadata;
    own(
      spec.clusterIPs ?? [spec.clusterIP ?? ""],
      formatWhere({ type: "service", namespace, name }),
    );
  }
  const seen = legs.flatMap(({ passages }) =>
    passages.flatMap(({ source, destination }) => [source, destination].map(addressOf)),
  );
  return Object.fromEntries(
    [...new Set(seen)].flatMap((address) => {
      const owner = owners.get(address);
      return owner === undefined ? [] : [[address, owner] as const];
    }),
  );
}

/** Of `10.244.1.2:40312`, `[fd00::2]:80` or an address alone. */
function addressOf(end: string): string {
  return /^\[(.*)\]:\d+$/.exec(end)?.[1] ?? /^([\d.]+):\d+$/.exec(end)?.[1] ?? end;
}
