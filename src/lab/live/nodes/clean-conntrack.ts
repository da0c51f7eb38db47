import {
  isStale,
  type StaleConntrack,
} from "../../../components/kube-proxy/model/stale-conntrack.ts";
import type { Netns } from "../../../kernel/netns.ts";
import {
  type ConntrackEntry,
  deleteConntrack,
  listConntrack,
} from "../../../kernel/rules/conntrack.ts";
import { formatSocketAddress } from "../../../net/ip-address.ts";

/** Forgets the UDP connections of a node that lead to where no endpoint is any more; says how many. */
export async function cleanConntrack(
  netns: Netns,
  stale: readonly StaleConntrack[],
): Promise<number> {
  const entries = await listConntrack(netns);
  const doomed = entries.filter((entry) => stale.some((each) => isStale(summary(entry), each)));
  const counts = await Promise.all(
    doomed.map(({ protocol, original, reply }) =>
      deleteConntrack(netns, {
        protocol,
        originalSource: original.source,
        originalDestination: original.destination,
        ...(original.sourcePort !== undefined && { originalSourcePort: original.sourcePort }),
        ...(original.destinationPort !== undefined && {
          originalDestinationPort: original.destinationPort,
        }),
        ...(reply.source !== original.destination && { translatedDestination: reply.source }),
      }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function summary({ protocol, original, reply }: ConntrackEntry): Parameters<typeof isStale>[0] {
  return {
    protocol,
    destination: original.destination,
    destinationPort: original.destinationPort ?? 0,
    replySource: formatSocketAddress(reply.source, reply.sourcePort ?? 0),
  };
}
