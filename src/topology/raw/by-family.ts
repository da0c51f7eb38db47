/**
 * What an entry of the file says of each address family: in `address`, `cidr` or `podCIDR` of one, or in the
 * list beside it of both, as in Kubernetes' own objects.
 */
import type { TopologyErrorCode } from "../../base/podwire-error.ts";
import type { IpFamily } from "../../net/ip-address.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type Spot } from "../source/source.ts";
import type { Written } from "./written.ts";

const lists = { address: "addresses", cidr: "cidrs", podCIDR: "podCIDRs" } as const;

type Field = keyof typeof lists;

/** An entry that has some of these fields. */
type OfFamilies = { readonly [F in Field]?: string | undefined } & {
  readonly [F in (typeof lists)[Field]]?: readonly string[] | undefined;
};

export interface FamilyText {
  /** As written. */
  readonly text: string;
  readonly spot: Spot;
}

/** Undefined where the entry leaves it open. */
export function textOf(
  entry: Written<OfFamilies>,
  field: Field,
  family: IpFamily,
): FamilyText | undefined {
  return textsOf(entry, field).find(({ text }) => textFamily(text) === family);
}

/** Everything that the entry says, in its order. */
export function textsOf({ raw, spot }: Written<OfFamilies>, field: Field): readonly FamilyText[] {
  const { [field]: single, [lists[field]]: several = [] } = raw;
  return [
    ...(single === undefined ? [] : [{ text: single, spot: at(spot, field) }]),
    ...several.map((text, index) => ({ text, spot: at(spot, lists[field], index) })),
  ];
}

/** Of an address or a block that its schema has accepted. */
export function textFamily(text: string): IpFamily {
  return text.includes(":") ? "ipv6" : "ipv4";
}

/** Kubernetes' name of it. */
export function familyName(family: IpFamily): "IPv4" | "IPv6" {
  return family === "ipv4" ? "IPv4" : "IPv6";
}

/** Each family once, and none that the cluster does not have. */
export function checkFamilies(
  entry: Written<OfFamilies>,
  field: Field,
  { who, families }: { readonly who: string; readonly families: readonly IpFamily[] },
  report: Report,
): void {
  const code: TopologyErrorCode =
    field === "address" ? "TOPOLOGY_BAD_ADDRESS" : "TOPOLOGY_BAD_CIDR";
  const seen = new Set<IpFamily>();
  for (const { text, spot } of textsOf(entry, field)) {
    const family = textFamily(text);
    const name = familyName(family);
    if (!families.includes(family)) {
      const hint = "add network: {ipFamilies: [IPv4, IPv6]}";
      report(problemAt(spot, code, `${who}${text}: the cluster has no ${name}`, { hint }));
    } else if (seen.has(family)) {
      const hint = `write \`${lists[field]}\` with one of each family`;
      report(problemAt(spot, code, `${who}${text}: a second one of ${name}`, { hint }));
    }
    seen.add(family);
  }
}
