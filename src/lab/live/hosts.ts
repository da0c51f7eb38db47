/** The machines outside the cluster: where the topology says so, podwire's responder listens there. */
import { createServer } from "node:net";
import type { Logger } from "pino";
import { CleanupStack } from "../../base/cleanup-stack.ts";
import { startResponder } from "../../components/responder/responder.ts";
import type { Witness } from "../../components/responder/witness.ts";
import { listenTcp } from "../../kernel/socket-tcp.ts";
import { udpSocket } from "../../kernel/socket-udp.ts";
import { ipAddress } from "../../net/ip-address.ts";
import type { Host } from "../../topology/topology.ts";
import type { Machines } from "./machines.ts";

const ANY = ipAddress("0.0.0.0");

/** Resolves when all of them listen. */
export async function startHosts(
  hosts: readonly Host[],
  machines: Machines,
  witness: Witness,
  log: Logger,
): Promise<AsyncDisposable> {
  await using starting = new CleanupStack();
  await Promise.all(
    hosts.map(async ({ name, listen }) => {
      // biome-ignore lint/nursery/useDisposables: the machines own it.
      const netns = machines.netns(name);
      starting.use(
        await startResponder({
          identity: { name, hostname: name },
          ports: listen.map((listener) => ({ ...listener, required: true })),
          listenTcp: (port) =>
            listenTcp(netns, { address: ANY, port }, createServer({ allowHalfOpen: true })),
          bindUdp: (port) => udpSocket(netns, { address: ANY, port }),
          witness,
          log: log.child({ component: "host", host: name }),
        }),
      );
    }),
  );
  return starting.move();
}
