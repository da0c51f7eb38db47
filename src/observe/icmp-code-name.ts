import type { IpFamily } from "../net/ip-address.ts";

/** RFC 792, RFC 1812 §5.2.7 and IANA's registry, type 3. */
const unreachable: readonly string[] = [
  "network unreachable",
  "host unreachable",
  "protocol unreachable",
  "port unreachable",
  "fragmentation needed",
  "source route failed",
  "network unknown",
  "host unknown",
  "source host isolated",
  "network administratively prohibited",
  "host administratively prohibited",
  "network unreachable for this type of service",
  "host unreachable for this type of service",
  "communication administratively prohibited",
  "host precedence violation",
  "precedence cutoff in effect",
];

/** RFC 4443 §3.1, type 1. */
const unreachable6: readonly string[] = [
  "no route to destination",
  "communication administratively prohibited",
  "beyond scope of source address",
  "address unreachable",
  "port unreachable",
  "source address failed policy",
  "reject route to destination",
];

/** An ICMP error in the registry's words. */
export function icmpCodeName(family: IpFamily, type: number, code: number): string {
  const [unreachableType, exceededType, names] =
    family === "ipv4" ? ([3, 11, unreachable] as const) : ([1, 3, unreachable6] as const);
  if (type === unreachableType) return names[code] ?? `destination unreachable, code ${code}`;
  if (type === exceededType) {
    return code === 0 ? "TTL exceeded in transit" : "fragment reassembly time exceeded";
  }
  if (family === "ipv6" && type === 2) return "packet too big";
  return `ICMP type ${type} code ${code}`;
}
