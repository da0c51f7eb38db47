import test from "ava";
import type { IpFamily } from "../net/ip-address.ts";
import { icmpCodeName } from "./icmp-code-name.ts";

const rows: ReadonlyArray<readonly [IpFamily, number, number, string]> = [
  ["ipv4", 3, 0, "network unreachable"],
  ["ipv4", 3, 3, "port unreachable"],
  ["ipv4", 3, 4, "fragmentation needed"],
  ["ipv4", 3, 13, "communication administratively prohibited"],
  ["ipv4", 3, 16, "destination unreachable, code 16"],
  ["ipv4", 11, 0, "TTL exceeded in transit"],
  ["ipv4", 11, 1, "fragment reassembly time exceeded"],
  ["ipv4", 5, 1, "ICMP type 5 code 1"],
  ["ipv6", 1, 0, "no route to destination"],
  ["ipv6", 1, 4, "port unreachable"],
  ["ipv6", 1, 9, "destination unreachable, code 9"],
  ["ipv6", 2, 0, "packet too big"],
  ["ipv6", 3, 0, "TTL exceeded in transit"],
  ["ipv6", 128, 0, "ICMP type 128 code 0"],
];

for (const [family, type, code, name] of rows) {
  test(`${family} type ${type} code ${code} is called ${name}`, (t) => {
    t.is(icmpCodeName(family, type, code), name);
  });
}
