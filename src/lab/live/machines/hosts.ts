/** The machines outside the cluster: where the topology says so, podwire's responder listens there, or a DNS server. */
import { createServer } from "node:net";
import type { Logger } from "pino";
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import { type DnsServerOptions, startDnsServer } from "../../../components/dns-server/setup.ts";
import { makeZone, type Zone } from "../../../components/dns-server/zone.ts";
import { startResponder } from "../../../components/responder/responder.ts";
import type { Witness } from "../../../components/responder/witness.ts";
import { listenTcp } from "../../../kernel/sockets/tcp.ts";
import { udpSocket } from "../../../kernel/sockets/udp.ts";
import { type IpAddress, ipAddress } from "../../../net/ip-address.ts";
import type { Host, Topology } from "../../../topology/topology.ts";
import { dnsTypeNumber } from "../../../wire/packet/dns/record.ts";
import type { Machines } from "./machines.ts";
import { resolvingRouters } from "./resolvers.ts";

/** Of every record: short, for a lab does not last. */
const TTL_SECONDS = 60;

interface HostSurroundings {
  readonly machines: Machines;
  /** Every address: where there is IPv6, those of both families. */
  readonly any: IpAddress;
  readonly log: Logger;
}

/** Resolves when all of them listen. */
export async function startHosts(
  topology: Topology,
  machines: Machines,
  witness: Witness,
  log: Logger,
): Promise<AsyncDisposable> {
  await using starting = new CleanupStack();
  const any = ipAddress(topology.network.ipFamilies.includes("ipv6") ? "::" : "0.0.0.0");
  const surroundings = { machines, any, log };
  const hosts = topology.hosts.map(async ({ name, listen, dns }) => {
    const sockets = socketsIn(name, surroundings);
    const ports = listen.map((listener) => ({ ...listener, required: true }));
    const identity = { name, hostname: name };
    const ownAddresses = (): readonly string[] => machines.addressesIn(name);
    starting.use(await startResponder({ ...sockets, ownAddresses, identity, ports, witness }));
    if (dns === undefined) return;
    starting.use(await startDnsServer({ ...sockets, zone: zoneOf(dns) }));
  });
  const routers = resolvingRouters(topology).map(async (name) =>
    starting.use(await startDnsServer({ ...socketsIn(name, surroundings), zone: zoneOf([]) })),
  );
  await Promise.all([...hosts, ...routers]);
  return starting.move();
}

function socketsIn(
  name: string,
  { machines, any, log }: HostSurroundings,
): Omit<DnsServerOptions, "zone"> {
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.netns(name);
  return {
    listenTcp: (port) =>
      listenTcp(
        netns,
        { address: any, port, dualStack: true },
        createServer({ allowHalfOpen: true }),
      ),
    bindUdp: (port) => udpSocket(netns, { address: any, port }),
    log: log.child({ component: "host", host: name }),
  };
}

function zoneOf(names: NonNullable<Host["dns"]>): Zone {
  const records = names.map(({ name, records: own }) => {
    const typed = own.map((data) => ({ type: dnsTypeNumber(data.type) ?? 0, data }));
    return [name, typed] as const;
  });
  return makeZone(records, TTL_SECONDS);
}
