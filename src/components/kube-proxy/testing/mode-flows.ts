/** What becomes of packets in the sample cluster where the modes differ. */
import type { ProxyMode } from "../config/config.ts";
import { type SampleFlow, sampleFlows } from "./sample-flows.ts";

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
  [
    "and so does the node, masqueraded",
    { title: "and so does the node, with its own address", outcome: ["10.244.2.2:8080"] },
  ],
]);

const both = ["10.244.1.2:8080", "10.244.2.2:8080"];

/** What userspace mode makes of them, which knows no policies and no source ranges, and hides every client. */
const otherInUserspace: typeof otherInNftables = new Map([
  [
    "a Service without endpoints is rejected, not dropped",
    { title: "without endpoints kube-proxy takes the connection and hangs up", outcome: "close" },
  ],
  ["so is its node port", { title: "so it does on the node port", outcome: "close" }],
  [
    "internalTrafficPolicy Local without an endpoint here drops",
    { title: "internalTrafficPolicy Local means nothing", outcome: ["10.244.2.2:8080"] },
  ],
  [
    "localhost is closed to all others",
    { title: "localhost is left to the kernel", outcome: "pass" },
  ],
  [
    "externalTrafficPolicy Local without an endpoint here drops what comes from outside",
    {
      title: "externalTrafficPolicy Local means nothing without an endpoint here",
      outcome: ["10.244.2.2:8080"],
    },
  ],
  ["and drops everybody else", { title: "and everybody else", outcome: both }],
  [
    "under policy Local a load balancer's client is seen by the local endpoint as it is",
    { title: "nor does policy Local with one", outcome: both },
  ],
  [
    "the health check port is let in",
    { title: "no rule stands in the way of the health check port", outcome: "pass" },
  ],
  [
    "while all endpoints shut down, those that still serve are used",
    { title: "an endpoint that shuts down is none", outcome: "close" },
  ],
  ["hints keep traffic in its zone", { title: "hints mean nothing", outcome: both }],
  ["a pod that reaches itself is masqueraded", { title: "nor to a pod that asks", outcome: both }],
]);

/** As seen on the sample node with the sample configuration, in this mode. */
export function sampleFlowsOf(mode: ProxyMode): readonly SampleFlow[] {
  switch (mode) {
    case "iptables":
      return sampleFlows;
    case "nftables":
      return [...replaced(otherInNftables), ...onlyInNftables];
    case "ipvs":
      return replaced(otherInIpvs);
    case "userspace":
      return replaced(otherInUserspace).map((flow) => ({
        ...flow,
        masqueraded: typeof flow.outcome !== "string",
      }));
  }
}

function replaced(others: typeof otherInNftables): readonly SampleFlow[] {
  return sampleFlows.map((flow) => {
    const other = others.get(flow.title);
    return other === undefined ? flow : { ...flow, ...other, masqueraded: false };
  });
}
