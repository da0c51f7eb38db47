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

/** Options of a probe that not every kind has. */
export type ProbeOption =
  | "ipFamily"
  | "sourcePort"
  | "size"
  | "dontFragment"
  | "maxHops"
  | "duration"
  | "method"
  | "headers"
  | "body"
  | "recordType"
  | "overTcp"
  | "server";

/** Which kinds have it. */
export const kindsByOption: Readonly<Record<ProbeOption, readonly ProbeKind[]>> = {
  ipFamily: ["ping", "tcp", "udp", "http", "traceroute", "throughput"],
  sourcePort: ["tcp", "udp", "http", "throughput"],
  size: ["ping"],
  dontFragment: ["ping"],
  maxHops: ["traceroute"],
  duration: ["throughput"],
  method: ["http"],
  headers: ["http"],
  body: ["http", "tcp", "udp"],
  recordType: ["dns"],
  overTcp: ["dns"],
  server: ["dns"],
};

/** Those of the options that a probe of this kind cannot have. */
export function foreignOptions(
  kind: ProbeKind,
  options: Readonly<Partial<Record<ProbeOption, unknown>>>,
): readonly ProbeOption[] {
  const all = Object.keys(kindsByOption) as readonly ProbeOption[];
  return all.filter(
    (option) => options[option] !== undefined && !kindsByOption[option].includes(kind),
  );
}
