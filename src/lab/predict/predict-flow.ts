/**
 * Where a connection between two places ends, told from the rules of the nodes on its way. A packet
 * meets the rules of the node it starts on; sent to another node's own address, those of that node as well.
 */
import type { Store } from "../../api/store/store.ts";
import type { ProxyMode } from "../../components/kube-proxy/config/config.ts";
import type { FlowEnd, Predictor } from "../../components/kube-proxy/predict/prediction.ts";
import { predictorFor } from "../../components/kube-proxy/predict/predictor-for.ts";
import type { TracedPacket as Flow } from "../../components/kube-proxy/trace/traced-packet.ts";
import { contains } from "../../net/cidr.ts";
import {
  familyOf,
  formatSocketAddress,
  type IpAddress,
  type IpFamily,
  isLoopback,
} from "../../net/ip-address.ts";
import type { PredictedEnd, Prediction } from "../../observe/prediction.ts";
import type { Topology } from "../../topology/topology.ts";
import { formatTarget, formatWhere } from "../../topology/where/format-where.ts";
import type { Machine, Target } from "../../topology/where/where.ts";
import type { Places } from "../live/places/places.ts";
import { RunError } from "../live/run-error.ts";
import { nodeAt, serverAt } from "./server-at.ts";

export interface PredictedLab {
  readonly topology: Topology;
  readonly store: Store;
  readonly places: Places;
  /** What the kube-proxy of a family has written on a node, or would write. */
  readonly rulesOn: (
    node: string,
    family: IpFamily,
  ) => Promise<{ readonly mode: ProxyMode; readonly text: string }>;
  /** Of all devices of a node. */
  readonly addressesOf: (node: string) => readonly IpAddress[];
}

export interface FlowQuestion {
  readonly from: Machine;
  readonly to: Target;
  readonly protocol: Prediction["protocol"];
  /** Undefined: the cluster's first. */
  readonly family: IpFamily | undefined;
  /** A node's name. */
  readonly via: string | undefined;
}

/** @throws RunError for places that are not there, or have no address or port. */
export async function predictFlow(lab: PredictedLab, question: FlowQuestion): Promise<Prediction> {
  const { from, to, protocol, via } = question;
  const flow = await flowOf(lab, question);
  const start = lab.places.nodeOf(from);
  const entry = via === undefined ? undefined : lab.places.nodeOf({ type: "node", name: via });
  const first = start ?? entry ?? ownerOf(lab, flow.destination);
  const nodes: string[] = first === undefined ? [] : [first];
  const ends = first === undefined ? [passesNoNode] : await endsOn(lab, first, flow);
  const isOutside = start === undefined && first !== undefined;
  const next = ownerOf(lab, flow.destination);
  const goesOn = next !== undefined && next !== first;
  if (goesOn) nodes.push(next);
  const all = await Promise.all(
    ends.map((end) =>
      goesOn && end.outcome === "untouched"
        ? endsBehind(lab, end, flow, { first, next })
        : [isOutside ? withAnswer(lab, end, first) : end],
    ),
  );
  return {
    from: formatWhere(from),
    to: formatTarget(to),
    protocol,
    source: flow.source,
    destination:
      flow.destinationPort === undefined
        ? flow.destination
        : formatSocketAddress(flow.destination, flow.destinationPort),
    nodes,
    ends: all.flat(),
  };
}

/** One's own address of the same family. */
function sourceOf(places: Places, from: Machine, destination: IpAddress): IpAddress {
  return places.address({ where: from, interface: undefined, family: familyOf(destination) });
}

const passesNoNode: PredictedEnd = {
  outcome: "untouched",
  masqueraded: false,
  probability: 1,
  rules: [],
};

async function flowOf(lab: PredictedLab, question: FlowQuestion): Promise<Flow> {
  const { from, to, protocol, family } = question;
  const { places } = lab;
  const { address, port, name } = places.target(to, family);
  if (address === undefined) {
    throw new RunError(
      "RUN_NO_ADDRESS",
      `${name}: a name is looked up by packets, which a prediction has none of`,
      {
        hint: "write svc/NAMESPACE/NAME, or an address",
      },
    );
  }
  if (port === undefined && protocol !== "icmp") {
    const text = formatTarget(to);
    throw new RunError("RUN_NO_PORT", `${text}: a prediction needs a port`, {
      hint: `write ${text}:80`,
    });
  }
  // What a process sends to an address of its own machine has that address as source, too.
  const own = from.type === "node" ? await addressesOn(lab, from.name, familyOf(address)) : [];
  const isOwn = isLoopback(address) || own.includes(address);
  return {
    source: isOwn ? address : sourceOf(places, from, address),
    destination: address,
    destinationPort: protocol === "icmp" ? undefined : port,
    protocol,
  };
}

/** All that a node answers to: its own addresses, and in ipvs mode those of Services. */
async function addressesOn(
  lab: PredictedLab,
  node: string,
  family: IpFamily,
): Promise<readonly IpAddress[]> {
  const { boundAddresses } = await predictorOn(lab, node, family);
  return [...lab.addressesOf(node), ...boundAddresses];
}

async function predictorOn(
  { rulesOn }: PredictedLab,
  node: string,
  family: IpFamily,
): Promise<Predictor> {
  const { mode, text } = await rulesOn(node, family);
  return predictorFor(mode, text);
}

/** The node that has the address on one of its devices; those of Services are every node's and so nobody's. */
function ownerOf({ topology, addressesOf }: PredictedLab, address: IpAddress): string | undefined {
  return topology.nodes.find(({ name }) => addressesOf(name).includes(address))?.name;
}

async function endsOn(
  lab: PredictedLab,
  node: string,
  flow: Flow,
): Promise<readonly PredictedEnd[]> {
  const localAddresses = lab.addressesOf(node);
  const predictor = await predictorOn(lab, node, familyOf(flow.destination));
  return predictor.predict(flow, { localAddresses }).map((end) => describe(lab, node, end));
}

/** The second node sees the client, or the first node where the pod network masquerades what leaves it. */
async function endsBehind(
  lab: PredictedLab,
  before: PredictedEnd,
  flow: Flow,
  { first, next }: { readonly first: string | undefined; readonly next: string },
): Promise<readonly PredictedEnd[]> {
  const isHidden = before.masqueraded || networkMasquerades(lab, flow, first);
  const sender = lab.topology.nodes.find(({ name }) => name === first);
  const own = sender?.addresses.find((each) => familyOf(each) === familyOf(flow.source));
  const source = isHidden && own !== undefined ? own : flow.source;
  const ends = await endsOn(lab, next, { ...flow, source });
  return ends.map((end) => ({
    ...withAnswer(lab, end, next),
    ...(isHidden &&
      first !== undefined &&
      !end.masqueraded && { masqueraded: true, masqueradedBy: first }),
    probability: before.probability * end.probability,
    rules: [...before.rules, ...end.rules],
  }));
}

/**
 * What another machine sent to `node` was translated there: unless the endpoint is on that node, or takes it for the client,
 * it answers the client itself. iptables mode and nftables mode have rules against that; ipvs mode under policy Local has none.
 */
function withAnswer(lab: PredictedLab, end: PredictedEnd, node: string): PredictedEnd {
  if (end.endpoint === undefined || end.masqueraded) return end;
  const there = nodeAt(lab, end.endpoint);
  return there === undefined || there === node ? end : { ...end, answerPasses: node };
}

/** Every pod network that masquerades does so with what pods send to addresses that are no pod's. */
function networkMasquerades(
  { topology }: PredictedLab,
  { source, destination }: Flow,
  first: string | undefined,
): boolean {
  const { podCIDRs, plugin } = topology.network;
  const isPods = (address: IpAddress): boolean => podCIDRs.some((each) => contains(each, address));
  if (first === undefined || !isPods(source) || isPods(destination)) return false;
  switch (plugin.type) {
    case "bridge":
    case "flannel":
      return plugin.masquerade;
    case "calico":
      return plugin.natOutgoing;
    case "weave":
    case "exec":
      return true;
  }
}

function describe(lab: PredictedLab, node: string, end: FlowEnd): PredictedEnd {
  const { outcome, endpoint, masqueraded, probability, rules } = end;
  const server = endpoint === undefined ? undefined : serverAt(lab, endpoint);
  return {
    outcome,
    ...(endpoint !== undefined && { endpoint }),
    ...(server !== undefined && { server }),
    masqueraded,
    ...(masqueraded && { masqueradedBy: node }),
    probability,
    rules: rules.map((rule) => ({ node, ...rule })),
  };
}
