/**
 * Upstream's tests of ipvs mode trace no packets, so its flows are those of the other modes: the same Services must do the
 * same. Where the mode is known to do otherwise, what it does is written here, with the reason.
 *
 * @see spec/kube-proxy.md §2.3 and §2.5
 */
import type { GoldenCase, GoldenFlow } from "./kube-proxy-case.ts";

type Outcome = Pick<GoldenFlow, "output" | "masq">;

interface Otherwise {
  readonly why: string;
  /** By the flow's name, and what the other mode makes of it. */
  readonly isMeant: (flow: GoldenFlow, golden: GoldenCase) => boolean;
  readonly outcome: (flow: GoldenFlow, golden: GoldenCase) => Outcome;
}

const nothing: Outcome = { output: "", masq: false };
const rejected: Outcome = { output: "REJECT", masq: false };

export const otherwise: readonly Otherwise[] = [
  {
    why: "no virtual server is on 127.0.0.1",
    isMeant: ({ destIP, output }) => destIP === "127.0.0.1" && output.includes(":"),
    outcome: () => nothing,
  },
  {
    why: "a virtual server under policy Local has no other endpoints, whoever asks",
    isMeant: (flow, golden) =>
      flow.output.includes(", ") && ofOutsideLocal(flow, golden) !== undefined,
    outcome: (flow, golden) => ({
      output: ofOutsideLocal(flow, golden)?.output ?? "",
      masq: false,
    }),
  },
  {
    why: "without a local endpoint a policy Local takes those of other nodes",
    isMeant: ({ name, output }) => name.includes("no locally-usable") && output === "DROP",
    outcome: (_, { flows }) => ({
      output: flows.find(({ name }) => name.startsWith("pod to cluster"))?.output ?? "no pod asks",
      masq: false,
    }),
  },
  {
    why: "without any a virtual server has no real servers, and IPVS rejects",
    isMeant: ({ name, output }) => name === "no endpoints" && output === "DROP",
    outcome: () => rejected,
  },
  {
    why: "a Service's address is the node's own, and closed but for the Service's ports",
    isMeant: ({ destIP, output }, { services }) =>
      output === "" && services.some(({ spec }) => spec.clusterIP === destIP),
    outcome: () => rejected,
  },
  {
    why: "an address that no Service has is nobody's business",
    isMeant: ({ name }) => name === "packet to unallocated cluster ip",
    outcome: () => nothing,
  },
];

/** The same flows with what ipvs mode makes of them; endpoints in the order of their names, since no rule has one. */
export function flowsInIpvs(golden: GoldenCase): readonly GoldenFlow[] {
  return golden.flows.map((flow) => {
    const other = otherwise.find(({ isMeant }) => isMeant(flow, golden));
    const { output, masq } = other?.outcome(flow, golden) ?? flow;
    return { ...flow, output: output.split(", ").sort().join(", "), masq };
  });
}

/** Rules by hand are another mode's; and the sets of IPv6 have no machines to try them on. */
export function hasIpvs(golden: GoldenCase): boolean {
  return golden.expectedForm !== "static-input";
}

/** What somebody outside meets there under policy Local: masqueraded it would be Cluster. */
function ofOutsideLocal(
  { destIP, destPort }: GoldenFlow,
  { flows }: GoldenCase,
): GoldenFlow | undefined {
  return flows.find(
    (flow) =>
      flow.sourceIP === "203.0.113.2" &&
      flow.destIP === destIP &&
      flow.destPort === destPort &&
      flow.output.includes(":") &&
      !flow.masq,
  );
}
