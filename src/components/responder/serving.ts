import type { Socket } from "node:net";
import { formatSocketAddress } from "../../net/ip-address.ts";
import type { SeenAddress, ServerIdentity, Witness } from "./witness.ts";

/** Whom a connection talks to. */
export interface Serving {
  readonly identity: ServerIdentity;
  readonly port: number;
  readonly witness: Witness;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A client asked the server to end. */
  readonly exit: (exitCode: number) => void;
  /** Prints a line. */
  readonly say: (line: string) => void;
}

/** `2026-11-28T02:30:00.123Z GET /hostname from 10.244.1.2:4242` */
export function sayWhoAsked({ say, now }: Serving, what: string, client: SeenAddress): void {
  const from = formatSocketAddress(client.address, client.port);
  say(`${new Date(now()).toISOString()} ${what} from ${from}`);
}

/** Tells the witness, in the form common to all protocols. */
export function bearWitness(
  { identity, witness, now }: Serving,
  protocol: "tcp" | "udp" | "http",
  ids: Iterable<string>,
  ends: { readonly source: SeenAddress; readonly destination: SeenAddress },
): void {
  for (const id of ids) {
    witness.record({
      id,
      server: identity.name,
      ...(identity.container !== undefined && { container: identity.container }),
      protocol,
      ...ends,
      receivedAtMs: now(),
    });
  }
}

/** Both ends as the server's kernel knows them. Taken early: a closed socket has forgotten them. */
export function endsOf(socket: Socket): {
  readonly source: SeenAddress;
  readonly destination: SeenAddress;
} {
  const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = socket;
  return {
    source: { address: unmapped(remoteAddress), port: remotePort },
    destination: { address: unmapped(localAddress), port: localPort },
  };
}

/** A dual-stack socket shows IPv4 peers as `::ffff:10.244.0.5`. */
export function unmapped(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
