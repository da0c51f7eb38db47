/** `npm run conformance -- packets`: the flows of upstream's vectors, sent through a kernel that holds the rules. */
import { rulesFor } from "../../src/components/kube-proxy/rules-for.ts";
import type { IpFamily } from "../../src/net/ip-address.ts";
import { listGolden, readGolden } from "../golden/golden-data.ts";
import {
  configOfCase,
  deletionsOf,
  familyOfCase,
  type GoldenCase,
  type GoldenFlow,
  nodeOfCase,
} from "../golden/kube-proxy-case.ts";
import { type Answer, CaseNode, type Question } from "./case-node.ts";
import { type PartResult, Tally } from "./tally.ts";

const modes = [
  { mode: "iptables", pattern: /^iptables-.*\.json$/ },
  { mode: "nftables", pattern: /^nftables-.*\.json$/ },
] as const;

interface Played {
  readonly mode: "iptables" | "nftables";
  readonly golden: GoldenCase;
  readonly flows: readonly GoldenFlow[];
}

/** Runs in a sandbox: see packets-main.ts. */
export async function packets(folder: string): Promise<PartResult> {
  const tally = new Tally();
  const all = modes.flatMap(({ mode, pattern }) =>
    listGolden(folder, pattern).flatMap((name) =>
      variants(mode, readGolden<GoldenCase>(folder, name)),
    ),
  );
  const played = all.filter(({ flows, golden }) => {
    return flows.length > 0 && isOwn(golden);
  });
  tell(tally, all);
  for (const family of ["ipv4", "ipv6"] as const) {
    const own = played.filter(({ golden }) => familyOfCase(golden) === family);
    await playAll(own, family, tally);
  }
  return tally.result;
}

/** All of one family, on one node. */
async function playAll(played: readonly Played[], family: IpFamily, tally: Tally): Promise<void> {
  const sendable = played.flatMap(({ flows }) => flows.filter(isSendable));
  const endpoints = sendable.flatMap(({ output }) => endpointsOf(output)).map(splitEndpoint);
  const local = new Set(played[0]?.golden.nodeIPsTreatedAsLocal);
  const machines = new Set([
    ...endpoints.map(({ address }) => address),
    ...sendable.map(({ sourceIP }) => sourceIP).filter((ip) => !local.has(ip) && !isLoopback(ip)),
  ]);
  const ports = new Set(endpoints.map(({ port }) => port));
  using node = new CaseNode(family, [...machines], [...ports]);
  for (const each of played) await play(each, node, tally);
}

/** `10.180.0.1:80`, `[fd00:10:180::1]:80`. */
function splitEndpoint(text: string): { readonly address: string; readonly port: number } {
  const colon = text.lastIndexOf(":");
  return {
    address: text.slice(0, colon).replace(/^\[|\]$/g, ""),
    port: Number(text.slice(colon + 1)),
  };
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** The case, and what is left of it after the deletions that it asks for. */
function variants(mode: Played["mode"], golden: GoldenCase): readonly Played[] {
  return [
    { mode, golden, flows: golden.flows },
    ...deletionsOf(golden).map(({ left, flows }) => ({ mode, golden: left, flows })),
  ];
}

async function play({ mode, golden, flows }: Played, node: CaseNode, tally: Tally): Promise<void> {
  const given = configOfCase(golden);
  // Counters are objects of a kernel module that need not be here, and they decide nothing.
  const config = { ...given, host: { ...given.host, nfacctCounters: [] } };
  const objects = [...golden.services, ...golden.endpointSlices];
  const family = familyOfCase(golden);
  await node.load(mode, rulesFor(objects, { mode, node: nodeOfCase(golden), config, family }));
  for (const flow of flows.filter(isSendable)) {
    const expected = { output: flow.output, masq: flow.masq };
    const seen = await send(flow, golden, node);
    tally.compare(`packets, ${mode}`, `${golden.name}: ${flow.name}`, seen, expected);
  }
}

async function send(
  flow: GoldenFlow,
  golden: GoldenCase,
  node: CaseNode,
): Promise<Pick<GoldenFlow, "output" | "masq">> {
  const question: Question = {
    from: flow.sourceIP,
    to: flow.destIP,
    port: flow.destPort,
    protocol: flow.protocol === "UDP" ? "UDP" : "TCP",
  };
  if (flow.output === "ACCEPT") {
    // The node's own process answers, since a rule lets the packet in.
    const answer = await node.listening(flow.destPort, () => node.ask(question));
    return { output: typeof answer === "string" ? answer : "ACCEPT", masq: false };
  }
  const expected = endpointsOf(flow.output);
  const before = node.strays();
  const answers: Array<Answer | string> = [];
  for (let count = triesFor(expected.length); count > 0; count--) {
    answers.push(await node.ask(question));
  }
  const [silence] = answers.filter((answer): answer is string => typeof answer === "string");
  if (silence !== undefined) {
    return { output: verdictOf(silence, node.strays() > before, flow, golden), masq: false };
  }
  return judgeAnswers(answers as readonly Answer[], flow, golden);
}

function judgeAnswers(
  answers: readonly Answer[],
  flow: GoldenFlow,
  golden: GoldenCase,
): Pick<GoldenFlow, "output" | "masq"> {
  const expected = endpointsOf(flow.output);
  const seen = [...new Set(answers.map(({ server }) => server))];
  const isSubset = seen.every((server) => expected.includes(server));
  // Affinity keeps a client at one of them.
  const isWhole = seen.length === expected.length || (isSticky(flow, golden) && isSubset);
  return {
    output: isSubset && isWhole ? flow.output : seen.sort().join(", "),
    // A pod that meets itself is masqueraded, and what it sends to others is not: any will do.
    masq: answers.some(({ masqueraded }) => masqueraded),
  };
}

/** Why nobody answered: a rule rejects, a rule drops, or none concerns the packet. */
function verdictOf(
  silence: string,
  strayed: boolean,
  { destIP }: GoldenFlow,
  { nodeIPsTreatedAsLocal }: GoldenCase,
): string {
  const isOwn = nodeIPsTreatedAsLocal.includes(destIP) || isLoopback(destIP);
  if (silence === "unreachable") return "REJECT";
  // Where nobody listens, the kernel of the machine itself says so.
  if (silence === "refused") return isOwn ? "" : "refused by another machine";
  return strayed ? "" : "DROP";
}

/** So many that each of `count` equally likely endpoints is met, but for one case in ten millions. */
function triesFor(count: number): number {
  if (count <= 1) return 1;
  return Math.ceil(Math.log(1e-7 / count) / Math.log(1 - 1 / count));
}

function isSticky({ destIP, destPort }: GoldenFlow, { services }: GoldenCase): boolean {
  return services.some(({ spec, status }) => {
    if (spec.sessionAffinity !== "ClientIP") return false;
    const ingress = status?.loadBalancer?.ingress?.map(({ ip }) => ip) ?? [];
    const addresses = [spec.clusterIP, ...(spec.externalIPs ?? []), ...ingress];
    const nodePorts = spec.ports?.map(({ nodePort }) => nodePort) ?? [];
    return addresses.includes(destIP) || nodePorts.includes(destPort);
  });
}

function endpointsOf(output: string): readonly string[] {
  return output.split(", ").filter((part) => part.includes(":"));
}

/** Rules that upstream wrote by hand are nobody's to render. */
function isOwn(golden: GoldenCase): boolean {
  return golden.expectedForm !== "static-input";
}

function isSendable({ protocol, sourceIP, destIP }: GoldenFlow): boolean {
  const isNodes = isLoopback(sourceIP) || /^(192\.168\.|2001:db8:)/.test(sourceIP);
  return protocol !== "SCTP" && (sourceIP !== destIP || isNodes);
}

function tell(tally: Tally, all: readonly Played[]): void {
  const count = (which: (played: Played, flow: GoldenFlow) => boolean): number =>
    all.flatMap((played) => played.flows.filter((flow) => which(played, flow))).length;
  const notes: ReadonlyArray<readonly [number, string]> = [
    [
      count(({ golden }) => golden.expectedForm === "static-input"),
      "through rules written by hand",
    ],
    [
      count(({ golden }, flow) => isOwn(golden) && !isSendable(flow)),
      "by SCTP, or from an address to itself, which never leaves its machine",
    ],
  ];
  for (const [flows, which] of notes) if (flows > 0) tally.note(`${flows} flows ${which}`);
}
