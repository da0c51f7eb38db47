/** hosts(5): what a name is before anybody asks a server. */
import { familyOf, type IpAddress, parseIpAddress } from "../net/ip-address.ts";

/** The addresses of a name, in the order of the file; case says nothing. */
export function addressesInHosts(hosts: string, name: string): readonly IpAddress[] {
  const wanted = name.toLowerCase().replace(/\.$/, "");
  return hosts.split("\n").flatMap((line) => {
    const [text = "", ...names] = line.replace(/#.*$/, "").trim().split(/\s+/);
    const address = parseIpAddress(text);
    return address !== undefined && names.some((each) => each.toLowerCase() === wanted)
      ? [address]
      : [];
  });
}

/** The one that a program here connects to: pods have no IPv6. */
export function firstIpv4(addresses: readonly IpAddress[]): IpAddress | undefined {
  return addresses.find((address) => familyOf(address) === "ipv4");
}
