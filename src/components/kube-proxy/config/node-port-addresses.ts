/** On which of the node's addresses node ports answer (KubeProxyConfiguration's nodePortAddresses). */
import { type Cidr, contains } from "../../../net/cidr.ts";
import {
  familyOf,
  type IpAddress,
  type IpFamily,
  ipAddress,
  isLoopback,
} from "../../../net/ip-address.ts";
import type { ProxyNode } from "../model/proxy-node.ts";
import { addressesOfFamily, cidrsOfFamily } from "./lenient-address.ts";

export type NodePortAddresses =
  /** Every address of the node, also those that appear later. */
  | { readonly type: "all" }
  /** In the order of the node's interfaces, each once. */
  | { readonly type: "listed"; readonly addresses: readonly IpAddress[] };

/** `configured` are CIDRs of either family, or the one word `primary`. */
export function nodePortAddresses(
  configured: readonly string[],
  node: Pick<ProxyNode, "ip" | "addresses">,
  family: IpFamily,
): NodePortAddresses {
  if (configured.includes("primary")) {
    return { type: "listed", addresses: addressesOfFamily([node.ip], family) };
  }
  const blocks = cidrsOfFamily(configured, family);
  if (matchesAll(blocks)) return { type: "all" };
  const matching = node.addresses.filter(
    (address) => familyOf(address) === family && blocks.some((block) => contains(block, address)),
  );
  return { type: "listed", addresses: [...new Set(matching)] };
}

/** Whether node ports are meant to answer on 127.0.0.1 at all. */
export function includesLoopback(configured: readonly string[]): boolean {
  if (configured.includes("primary")) return false;
  const blocks = cidrsOfFamily(configured, "ipv4");
  return matchesAll(blocks) || blocks.some(isLoopbackBlock);
}

function isLoopbackBlock(block: Cidr): boolean {
  return isLoopback(block.address) || contains(block, ipAddress("127.0.0.0"));
}

function matchesAll(blocks: readonly Cidr[]): boolean {
  return blocks.length === 0 || blocks.some(({ prefixLength }) => prefixLength === 0);
}
