/** What becomes of packets in the sample cluster where the modes differ. */
import type { ProxyMode } from "./model/config.ts";
import { type SampleFlow, sampleFlows } from "./sample-cluster.ts";

/** What nftables mode makes of flows of {@link sampleFlows}, by their title there. */
const otherInNftables: ReadonlyMap<string, Pick<SampleFlow, "title" | "outcome">> = new Map([
  [
    "a port that the Service lacks is nobody's business",
    { title: "a port that the Service lacks is refused", outcome: "reject" },
  ],
  [
    "a node port answers on localhost",
    { title: "a node port never answers on localhost", outcome: "pass" },
  ],
  [
    "localhost is closed to all others",
    { title: "localhost is left to the kernel", outcome: "pass" },
  ],
  [
    "the health check port is let in",
    { title: "no rule stands in the way of the health check port", outcome: "pass" },
  ],
]);

const onlyInNftables: readonly SampleFlow[] = [
  {
    title: "a node port answers on the node's primary address only",
    from: "203.0.113.9",
    to: "10.244.1.1",
    port: 30080,
    outcome: "pass",
    masqueraded: false,
  },
  {
    title: "an address of the Service CIDR that no Service has is dropped",
    from: "10.244.1.5",
    to: "10.96.9.9",
    port: 80,
    outcome: "drop",
    masqueraded: false,
  },
];

/** What ipvs mode makes of them. */
const otherInIpvs: typeof otherInNftables = new Map([
  [
    "a port that the Service lacks is nobody's business",
    { title: "a port that the Service lacks is refused", outcome: "reject" },
  ],
  [
    "internalTrafficPolicy Local without an endpoint here drops",
    { title: "internalTrafficPolicy Local without an endpoint here refuses", outcome: "reject" },
  ],
  [
    "a node port answers on localhost",
    { title: "a node port never answers on localhost", outcome: "pass" },
  ],
  [
    "localhost is closed to all others",
    { title: "localhost is left to the kernel", outcome: "pass" },
  ],
  [
    "externalTrafficPolicy Local without an endpoint here drops what comes from outside",
    {
      title: "externalTrafficPolicy Local without an endpoint here goes to those of other nodes",
      outcome: ["10.244.2.2:8080"],
    },
  ],
]);

/** As seen on the sample node with the sample configuration, in this mode. */
export function sampleFlowsOf(mode: ProxyMode): readonly SampleFlow[] {
  if (mode === "nftables") return [...replaced(otherInNftables), ...onlyInNftables];
  return mode === "ipvs" ? replaced(otherInIpvs) : sampleFlows;
}

function replaced(others: typeof otherInNftables): readonly SampleFlow[] {
  return sampleFlows.map((flow) => {
    const other = others.get(flow.title);
    return other === undefined ? flow : { ...flow, ...other, masqueraded: false };
  });
}
