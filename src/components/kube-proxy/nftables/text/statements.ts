/** The pieces that nft's commands and rules are made of, spelled as kube-proxy spells them. */
import type { IpFamily } from "../../../../net/ip-address.ts";
import type { LocalDetector } from "../../config/local-detector.ts";

/** The words that differ between the tables of the two families. */
export interface FamilyWords {
  /** `ip kube-proxy`. */
  readonly table: string;
  /** `ip`, `ip6`: as in `ip saddr`. */
  readonly ip: "ip" | "ip6";
  /** The type of addresses in sets. */
  readonly address: "ipv4_addr" | "ipv6_addr";
  readonly loopback: string;
}

const wordsByFamily: { readonly [F in IpFamily]: FamilyWords } = {
  ipv4: { table: "ip kube-proxy", ip: "ip", address: "ipv4_addr", loopback: "127.0.0.0/8" },
  ipv6: { table: "ip6 kube-proxy", ip: "ip6", address: "ipv6_addr", loopback: "::1" },
};

export function familyWords(family: IpFamily): FamilyWords {
  return wordsByFamily[family];
}

export function addAndFlush(table: string, chain: string): readonly string[] {
  return [`add chain ${table} ${chain}`, `flush chain ${table} ${chain}`];
}

export function ifLocal(detector: LocalDetector, { ip }: FamilyWords): string {
  return detectorMatch(detector, ip, "");
}

export function ifNotLocal(detector: LocalDetector, { ip }: FamilyWords): string {
  return detectorMatch(detector, ip, "!= ");
}

function detectorMatch(detector: LocalDetector, ip: string, negation: "" | "!= "): string {
  switch (detector.type) {
    case "cidr":
      return `${ip} saddr ${negation}${detector.cidr}`;
    case "bridge":
      return `iifname ${negation}${detector.interface}`;
    case "prefix":
      return `iifname ${negation}${detector.prefix}*`;
  }
}
