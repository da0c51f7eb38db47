/** What becomes of a vector's packets, whatever the mode. */
import { endsOf, type FlowEnd } from "../../src/components/kube-proxy/predict/prediction.ts";
import type {
  TracedPacket,
  TracedPath,
  TraceOptions,
} from "../../src/components/kube-proxy/trace/traced-packet.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import type { Judge } from "./judge.ts";
import type { GoldenCase, GoldenFlow } from "./kube-proxy-case.ts";

/** Each flow, by what a tracer says of its packet. */
export function judgeFlows(
  judge: Judge,
  golden: GoldenCase,
  flows: readonly GoldenFlow[],
  trace: (packet: TracedPacket, options: TraceOptions) => readonly TracedPath[],
): void {
  const localAddresses = golden.nodeIPsTreatedAsLocal.map(ipAddress);
  for (const flow of flows) {
    const paths = trace(packetOfFlow(flow), { localAddresses });
    const expected = { output: flow.output, masq: flow.masq };
    judge("flows", `${golden.name}: ${flow.name}`, outcomeOf(paths), expected);
  }
}

function packetOfFlow({ sourceIP, destIP, destPort, protocol }: GoldenFlow): TracedPacket {
  return {
    source: ipAddress(sourceIP),
    destination: ipAddress(destIP),
    destinationPort: destPort,
    // The three spellings of upstream, in lower case, are ours.
    protocol: protocol.toLowerCase() as TracedPacket["protocol"],
  };
}

/** What upstream's tracer reports: all endpoints that the packet may reach, or the verdict of a rule. */
function outcomeOf(paths: readonly TracedPath[]): Pick<GoldenFlow, "output" | "masq"> {
  const ends = endsOf(paths);
  return {
    output: ends.map((end) => end.endpoint ?? verdicts[end.outcome]).join(", "),
    masq: ends.some(({ masqueraded }) => masqueraded),
  };
}

const verdicts: { readonly [O in FlowEnd["outcome"]]: string } = {
  endpoint: "",
  rejected: "REJECT",
  dropped: "DROP",
  accepted: "ACCEPT",
  untouched: "",
  closed: "",
};
