import type { Topology } from "../../topology/topology.ts";
import { formatWhere } from "../../topology/where/format-where.ts";

/** How a netns is called on the command line: `node/node01`, `pod/vote/redis-0`. */
export function whereIs({ nodes, hosts, underlay }: Topology, netns: string): string {
  const isHere = ({ name }: { readonly name: string }): boolean => name === netns;
  if (nodes.some(isHere)) return formatWhere({ type: "node", name: netns });
  if (hosts.some(isHere)) return formatWhere({ type: "host", name: netns });
  if (netns === "underlay" || underlay.routers.some(isHere)) {
    return formatWhere({ type: "fabric", name: netns });
  }
  // Of a pod: namespaces have no dots.
  const [namespace = "", ...name] = netns.split(".");
  return formatWhere({ type: "pod", namespace, name: name.join(".") });
}
