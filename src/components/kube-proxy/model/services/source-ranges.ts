import { contains, parseCidr } from "../../../../net/cidr.ts";
import type { IpAddress } from "../../../../net/ip-address.ts";
import type { ServicePort } from "./service-port.ts";

/** Who may use the load balancer's addresses, as addresses and CIDRs. */
export function allowedSources(
  { sourceRanges, loadBalancerVIPs }: ServicePort,
  nodeIP: IpAddress,
): readonly string[] {
  const includesNode = sourceRanges.some((range) => {
    const block = parseCidr(range);
    return block !== undefined && contains(block, nodeIP);
  });
  // A node that holds the load balancer's address itself uses it as source when it talks to it.
  return [...sourceRanges, ...(includesNode ? loadBalancerVIPs : [])];
}
