/** hosts(5): what a name is before anybody asks a server. */
import { type IpAddress, parseIpAddress } from "../net/ip-address.ts";

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
