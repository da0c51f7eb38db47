/** Virtual servers by name, with how many connections each real server has. */
import type { CountedServer } from "../../../../kernel/rules/ipvs-netlink.ts";
import { familyOf, formatSocketAddress, type IpFamily } from "../../../../net/ip-address.ts";
import { serverKey, type VirtualServer } from "../wanted/virtual-server.ts";

export interface ListedRealServer {
  readonly weight: number;
  /** Active and inactive ones; 0 where nobody has asked. */
  readonly connections: number;
}

export interface ListedServer extends Omit<VirtualServer, "realServers"> {
  /** By `ip:port`. */
  readonly realServers: ReadonlyMap<string, ListedRealServer>;
}

/** By key, as `serverKey` makes it. */
export type ListedServers = ReadonlyMap<string, ListedServer>;

/** Those of one family. */
export function listServers(servers: readonly CountedServer[], family: IpFamily): ListedServers {
  return new Map(
    servers
      .filter(({ address }) => familyOf(address) === family)
      .map((server) => [serverKey(server), { ...server, realServers: byText(server) }]),
  );
}

function byText({ realServers }: CountedServer): ListedServer["realServers"] {
  return new Map(
    realServers.map(({ address, port, weight, connections }) => [
      formatSocketAddress(address, port),
      { weight, connections },
    ]),
  );
}
