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
