/** The kinds of traffic that a probe can be. */
export const probeKinds = [
  "ping",
  "tcp",
  "udp",
  "http",
  "dns",
  "traceroute",
  "arp",
  "throughput",
] as const;

export type ProbeKind = (typeof probeKinds)[number];

/** Those whose first packet is one packet, and can be followed. */
export const walkedKinds = ["ping", "tcp", "udp", "http", "dns", "arp"] as const;

export type WalkedKind = (typeof walkedKinds)[number];

export function isWalked(kind: ProbeKind): kind is WalkedKind {
  return walkedKinds.some((each) => each === kind);
}
