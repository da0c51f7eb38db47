/** Which address families the cluster has: as the file says, or as its pod CIDRs or service CIDRs imply. */
import type { IpFamily } from "../../net/ip-address.ts";
import { familyName, textFamily, textsOf } from "../raw/by-family.ts";
import type { RawNetwork, RawServices } from "../raw/raw-network.ts";
import type { Written } from "../raw/written.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type Spot } from "../source/source.ts";

const ipv4Alone: readonly IpFamily[] = ["ipv4"];

export function resolveFamilies(
  network: Written<RawNetwork>,
  services: Written<RawServices>,
  report: Report,
): readonly IpFamily[] {
  const { families, spot } = asWritten(network, services);
  if (families[0] === "ipv4" && new Set(families).size === families.length) return families;
  const text = families.map(familyName).join(", ");
  const hint = "write network: {ipFamilies: [IPv4, IPv6]} for both";
  const message = `address families ${text}: a cluster has IPv4, or IPv4 and IPv6`;
  report(problemAt(spot, "TOPOLOGY_NOT_AVAILABLE", message, { hint }));
  // With both, nothing that the file says is wrong for the same reason once more.
  return ["ipv4", "ipv6"];
}

function asWritten(
  network: Written<RawNetwork>,
  services: Written<RawServices>,
): { readonly families: readonly IpFamily[]; readonly spot: Spot } {
  const { ipFamilies } = network.raw;
  if (ipFamilies !== undefined) {
    const families = ipFamilies.map((name): IpFamily => (name === "IPv4" ? "ipv4" : "ipv6"));
    return { families, spot: at(network.spot, "ipFamilies") };
  }
  const texts = [textsOf(network, "podCIDR"), textsOf(services, "cidr")];
  // What says more: of the pods' and the Services' one may be left to its default.
  const [most = []] = texts.sort((a, b) => b.length - a.length);
  const [first] = most;
  if (first === undefined) return { families: ipv4Alone, spot: network.spot };
  return { families: most.map(({ text }) => textFamily(text)), spot: first.spot };
}
