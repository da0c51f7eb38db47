import { count } from "../../base/words.ts";

/** What a lab has: `3 nodes, 1 pod, 6 services`. */
export function countParts({
  nodes,
  pods,
  services,
}: {
  readonly nodes: number;
  readonly pods: number;
  readonly services: number;
}): string {
  return [count(nodes, "node"), count(pods, "pod"), count(services, "service")].join(", ");
}
