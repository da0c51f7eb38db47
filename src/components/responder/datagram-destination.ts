import { isIP } from "node:net";

/**
 * Where a datagram was sent to, after DNAT. A socket bound to the unspecified address does not say; on a machine with
 * one address, as every pod is, there is no doubt. With several there is, and the unspecified address remains.
 */
export function datagramDestination(
  bound: string,
  from: string,
  ownAddresses: readonly string[],
): string {
  if (bound !== "0.0.0.0" && bound !== "::") return bound;
  // Loopback's own addresses leave by no other way, and nothing from elsewhere has them.
  if (from.startsWith("127.")) return "127.0.0.1";
  if (from === "::1") return from;
  const family = ownAddresses.filter((address) => isIP(address) === isIP(from));
  const [only = bound] = family;
  return family.length === 1 ? only : bound;
}
