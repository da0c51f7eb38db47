/** ICMP types and codes in words, RFC 792, RFC 1812 §5.2.7 and RFC 4443, as tcpdump and traceroute say them. */

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
  "network admin prohibited",
  "host admin prohibited",
  "network unreachable for this type of service",
  "host unreachable for this type of service",
  "admin prohibited",
  "host precedence violation",
  "precedence cutoff",
];

const unreachableV6: readonly string[] = [
  "no route",
  "admin prohibited",
  "beyond scope",
  "address unreachable",
  "port unreachable",
  "source address failed policy",
  "reject route",
];

const redirects: readonly string[] = [
  "redirect for network",
  "redirect for host",
  "redirect for type of service and network",
  "redirect for type of service and host",
];

/** By type, then by code. */
const names: ReadonlyMap<number, readonly string[]> = new Map([
  [0, ["echo reply"]],
  [3, unreachable],
  [4, ["source quench"]],
  [5, redirects],
  [8, ["echo request"]],
  [9, ["router advertisement"]],
  [10, ["router solicitation"]],
  [11, ["time exceeded in transit", "time exceeded in reassembly"]],
  [12, ["parameter problem"]],
  [13, ["timestamp request"]],
  [14, ["timestamp reply"]],
]);

const namesV6: ReadonlyMap<number, readonly string[]> = new Map([
  [1, unreachableV6],
  [2, ["packet too big"]],
  [3, ["time exceeded in transit", "time exceeded in reassembly"]],
  [4, ["parameter problem"]],
  [128, ["echo request"]],
  [129, ["echo reply"]],
  [130, ["multicast listener query"]],
  [131, ["multicast listener report"]],
  [132, ["multicast listener done"]],
  [133, ["router solicitation"]],
  [134, ["router advertisement"]],
  [135, ["neighbour solicitation"]],
  [136, ["neighbour advertisement"]],
  [137, ["redirect"]],
  [143, ["multicast listener report"]],
]);

/** `port unreachable`; `type 3 code 99` for what has no name here. */
export function icmpName(icmpType: number, code: number): string {
  return names.get(icmpType)?.[code] ?? `type ${icmpType} code ${code}`;
}

/** As {@link icmpName}, for ICMPv6. */
export function icmpv6Name(icmpType: number, code: number): string {
  return namesV6.get(icmpType)?.[code] ?? `type ${icmpType} code ${code}`;
}
