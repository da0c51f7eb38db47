/** Whom machines ask for names: the outside's DNS servers, or the router, as a machine at home does. */
import type { IpAddress } from "../../../net/ip-address.ts";
import type { Topology } from "../../../topology/topology.ts";

/** As many as libc reads. */
const mostNameservers = 3;

/** For one in `subnet`; none where the network has neither a DNS server nor a router. */
export function nameserversFor(
  { hosts, underlay }: Topology,
  subnet: string,
): readonly IpAddress[] {
  const servers = hosts.flatMap(({ dns, address }) => (dns === undefined ? [] : [address]));
  if (servers.length > 0) return servers.slice(0, mostNameservers);
  const gateway = underlay.subnets.find(({ name }) => name === subnet)?.gateway;
  return gateway === undefined ? [] : [gateway];
}

/**
 * The routers that are asked for names, by name. They know none, as without internet they would not, and say so: a server that does not
 * answer at all would be asked by CoreDNS twice a second whether it is there again.
 */
export function resolvingRouters(topology: Topology): readonly string[] {
  const { nodes, hosts, underlay } = topology;
  const asked = new Set(
    [...nodes, ...hosts].flatMap(({ subnet }) => nameserversFor(topology, subnet)),
  );
  return underlay.routers
    .filter(({ interfaces }) => interfaces.some(({ address }) => asked.has(address)))
    .map(({ name }) => name);
}

/** The whole /etc/resolv.conf of every node and host. */
export function resolvConfs(topology: Topology): ReadonlyMap<string, string> {
  const { nodes, hosts } = topology;
  return new Map(
    [...nodes, ...hosts].map(({ name, subnet }) => {
      const lines = nameserversFor(topology, subnet).map((address) => `nameserver ${address}\n`);
      return [name, lines.join("")] as const;
    }),
  );
}
