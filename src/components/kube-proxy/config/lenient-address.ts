/**
 * Addresses as people have written them into Service objects over the years.
 * kube-proxy reads them leniently and always prints the canonical form, so that
 * a rule never depends on the spelling.
 */
import { type Cidr, network, parseCidr } from "../../../net/cidr.ts";
import {
  familyOf,
  type IpAddress,
  type IpFamily,
  parseIpAddress,
} from "../../../net/ip-address.ts";

/** What most Services have of such lists. */
const NONE: readonly never[] = [];
const LEADING_ZERO = /(?:^|\.)0\d/;

/** `172.30.0.041` is 172.30.0.41: leading zeros are decimal here, never octal. */
export function parseLenientAddress(text: string): IpAddress | undefined {
  return parseIpAddress(withoutLeadingZeros(text));
}

/** `203.0.113.000/025` is 203.0.113.0/25; white space around is dropped, host bits are cleared. */
export function parseLenientCidr(text: string): Cidr | undefined {
  const [address = "", length = ""] = text.trim().split("/");
  const block = parseCidr(`${withoutLeadingZeros(address)}/${length.replace(/^0+(?=\d)/, "")}`);
  return block === undefined ? undefined : network(block);
}

/** Those of `texts` that are addresses of `family`; the others are not for this proxier. */
export function addressesOfFamily(
  texts: readonly string[] | undefined,
  family: IpFamily,
): readonly IpAddress[] {
  if (texts === undefined || texts.length === 0) return NONE;
  return texts
    .map(parseLenientAddress)
    .filter((address): address is IpAddress => isOfFamily(address, family));
}

/** As {@link addressesOfFamily}, for CIDRs. */
export function cidrsOfFamily(
  texts: readonly string[] | undefined,
  family: IpFamily,
): readonly Cidr[] {
  if (texts === undefined || texts.length === 0) return NONE;
  return texts
    .map(parseLenientCidr)
    .filter((block): block is Cidr => isOfFamily(block?.address, family));
}

function isOfFamily(address: IpAddress | undefined, family: IpFamily): boolean {
  return address !== undefined && familyOf(address) === family;
}

function withoutLeadingZeros(text: string): string {
  // Asked first: hardly any address has them, and replacing costs ten times as much as looking.
  if (!LEADING_ZERO.test(text) || text.includes(":")) return text;
  return text.replace(/(^|\.)0+(?=\d)/g, "$1");
}
