/** Virtual servers as `ipvsadm --list --numeric` shows them, with how many connections each real server has. */
import { parseIpAddress } from "../../../net/ip-address.ts";
import type { TransportProtocol } from "../model/service-port.ts";
import { RulesError } from "../trace/rules-error.ts";
import { serverKey, type VirtualServer } from "./virtual-server.ts";

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

const SERVER =
  /^(?<protocol>TCP|UDP|SCTP) +(?<address>\S+):(?<port>\d+) (?<scheduler>\S+)(?: .*?persistent (?<seconds>\d+))?/;
const REAL_SERVER = /^ +-> (?<text>\S+) +\w+ +(?<weight>\d+) +(?<active>\d+) +(?<inactive>\d+)/;

/**
 *     TCP  10.96.0.1:443 rr persistent 10800
 *       -> 192.168.0.14:6443            Masq    1      0          2
 *
 * @throws RulesError for a server that nobody could have written so. Those of firewall marks are passed over.
 */
export function parseServers(text: string): ListedServers {
  const servers = new Map<string, ListedServer>();
  let realServers: Map<string, ListedRealServer> | undefined;
  for (const line of text.split("\n")) {
    const server = SERVER.exec(line)?.groups;
    if (server !== undefined) {
      realServers = new Map();
      const parsed = { ...parseServer(server, line), realServers };
      servers.set(serverKey(parsed), parsed);
      continue;
    }
    if (!line.startsWith(" ")) realServers = undefined;
    const real = REAL_SERVER.exec(line)?.groups;
    realServers?.set(real?.["text"] ?? "", {
      weight: Number(real?.["weight"]),
      connections: Number(real?.["active"]) + Number(real?.["inactive"]),
    });
  }
  return servers;
}

function parseServer(
  groups: Readonly<Record<string, string | undefined>>,
  line: string,
): Omit<ListedServer, "realServers"> {
  const { protocol = "", address = "", port, scheduler = "", seconds } = groups;
  const parsed = parseIpAddress(address.replace(/^\[|\]$/g, ""));
  if (parsed === undefined) throw new RulesError(`\`${line}\` is no virtual server`);
  return {
    // The pattern admits only the three.
    protocol: protocol.toLowerCase() as TransportProtocol,
    address: parsed,
    port: Number(port),
    scheduler,
    persistentSeconds: seconds === undefined ? undefined : Number(seconds),
  };
}
