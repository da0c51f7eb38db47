/** What asks the same without a program, for those that people reach for first. */
import type { ProbeKind } from "../net/probe-kind.ts";

interface Substitute {
  readonly kind: ProbeKind;
  /** Debian's. */
  readonly package: string;
}

const dns = { kind: "dns", package: "bind9-dnsutils" } as const;

const substitutes: Readonly<Record<string, Substitute>> = {
  ping: { kind: "ping", package: "iputils-ping" },
  traceroute: { kind: "traceroute", package: "traceroute" },
  tracepath: { kind: "traceroute", package: "iputils-tracepath" },
  arping: { kind: "arp", package: "iputils-arping" },
  dig: dns,
  nslookup: dns,
  host: { ...dns, package: "bind9-host" },
  curl: { kind: "http", package: "curl" },
  wget: { kind: "http", package: "wget" },
  nc: { kind: "tcp", package: "netcat-openbsd" },
  telnet: { kind: "tcp", package: "telnet" },
  iperf3: { kind: "throughput", package: "iperf3" },
};

/** For `podwire exec`, whose programs are this machine's. */
export function hintForMissing(program: string, where: string): string {
  const known = substitutes[program];
  if (known === undefined) return `what runs at ${where} is this machine's: install it here`;
  return `\`podwire probe ${where} TO --${known.kind}\` needs no program; Debian has it in ${known.package}`;
}
