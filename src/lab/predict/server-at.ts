import { podAddresses } from "../../api/services/service-endpoints.ts";
import type { Store } from "../../api/store/store.ts";
import type { Topology } from "../../topology/topology.ts";

/** Who has the address of an `ip:port`: `vote/redis-5c5f7b7d9d-x2k4q`, `node/master`. */
export function serverAt(
  { topology, store }: { readonly topology: Topology; readonly store: Store },
  endpoint: string,
): string | undefined {
  const address = addressOf(endpoint);
  const node = topology.nodes.find((each) => each.addresses.some((own) => own === address));
  if (node !== undefined) return `node/${node.name}`;
  const host = topology.hosts.find((each) => each.addresses.some((own) => own === address));
  if (host !== undefined) return `host/${host.name}`;
  const pod = store.list("Pod").find((each) => podAddresses(each).includes(address));
  return pod && `${pod.metadata.namespace}/${pod.metadata.name}`;
}

/** The node that has the address of an `ip:port`, or on which the pod is that has it. */
export function nodeAt(
  { topology, store }: { readonly topology: Topology; readonly store: Store },
  endpoint: string,
): string | undefined {
  const address = addressOf(endpoint);
  const node = topology.nodes.find((each) => each.addresses.some((own) => own === address));
  if (node !== undefined) return node.name;
  return store.list("Pod").find((each) => podAddresses(each).includes(address))?.spec.nodeName;
}

function addressOf(endpoint: string): string {
  return endpoint.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}
