/** `npm run conformance -- packets`: the flows of upstream's vectors, sent through a kernel that holds the rules. */
import type { KubeProxyConfig } from "../../src/components/kube-proxy/config/config.ts";
import { rulesFor } from "../../src/components/kube-proxy/rules-for.ts";
import type { IpFamily } from "../../src/net/ip-address.ts";
import { listGolden, readGolden } from "../golden/golden-data.ts";
import { flowsInIpvs } from "../golden/ipvs-flows.ts";
import {
  configOfCase,
  deletionsOf,
  familyOfCase,
  type GoldenCase,
  type GoldenFlow,
  nodeOfCase,
} from "../golden/kube-proxy-case.ts";
import { type Answer, CaseNode, hasSctp, type Question } from "./case-node.ts";
import { type PartResult, Tally } from "./tally.ts";

export type SentMode = "iptables" | "nftables" | "ipvs";

interface Plan {
  readonly mode: SentMode;
  readonly pattern: RegExp;
  readonly flowsOf: (golden: GoldenCase) => readonly GoldenFlow[];
  /** So many that each of `count` endpoints is met. */
  readonly tries: (count: number) => number;
}

const plans: readonly Plan[] = [
  ...(["iptables", "nftables"] as const).map((mode) => ({
    mode,
    pattern: new RegExp(`^${mode}-.*\\.json$`),
    flowsOf: ({ flows }: GoldenCase) => flows,
    tries: triesByDice,
  })),
  {
    mode: "ipvs",
    // Upstream traces none in this mode: the others' flows, and what it is known to do otherwise.
    pattern: /^(ip|nf)tables-.*\.json$/,
    flowsOf: flowsInIpvs,
    tries: (count) => count,
  },
];

interface Played extends Pick<Plan, "mode" | "tries"> {
  readonly golden: GoldenCase;
  readonly flows: readonly GoldenFlow[];
}

/** Runs in a sandbox: see packets-main.ts. */
export async function packets(folder: string, modes: readonly SentMode[]): Promise<PartResult> {
  const tally = new Tally();
  const all = plans
    .filter(({ mode }) => modes.includes(mode))
    .flatMap((plan) =>
      listGolden(folder, plan.pattern).flatMap((name) =>
        variants(plan, readGolden<GoldenCase>(folder, name)),
      ),
    );
  const withSctp = hasSctp();
  const played = all
    .filter(({ golden }) => isOwn(golden))
    .map((each) => ({ ...each, flows: each.flows.filter((flow) => isSent(each, flow, withSctp)) }))
    .filter(({ flows }) => flows.length > 0);
  tell(tally, all, withSctp);
  for (const family of ["ipv4", "ipv6"] as const) {
    const own = played.filter(({ golden }) => familyOfCase(golden) === family);
    await playAll(own, family, tally);
  }
  return tally.result;
}

/** All of one family, on one node. */
async function playAll(played: readonly Played[], family: IpFamily, tally: Tally): Promise<void> {
  const sent = played.flatMap(({ flows }) => flows);
  const endpoints = sent.flatMap(({ output }) => endpointsOf(output)).map(splitEndpoint);
  const local = new Set(played[0]?.golden.nodeIPsTreatedAsLocal);
  const machines = new Set([
    ...endpoints.map(({ address }) => address),
    ...sent
      .filter((flow) => !isSelf(flow))
      .map(({ sourceIP }) => sourceIP)
      .filter((ip) => !local.has(ip) && !isLoopback(ip)),
  ]);
  const ports = new Set(endpoints.map(({ port }) => port));
  using node = new CaseNode(family, [...machines], [...ports]);
  for (const { loaded, cases } of byRules(played)) {
    await node.load(loaded.config, loaded.rules);
    for (const each of cases) await play(each, node, tally);
  }
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
function variants({ flowsOf, ...plan }: Plan, golden: GoldenCase): readonly Played[] {
  return [
    { ...plan, golden, flows: flowsOf(golden) },
    ...deletionsOf(golden).map(({ left, flows }) => ({ ...plan, golden: left, flows })),
  ];
}

/** What of the case is loaded. */
interface Loaded {
  readonly config: KubeProxyConfig;
  /** The text of a first sync. */
  readonly rules: string;
}

function rulesOfCase({ mode, golden }: Played): Loaded {
  const given = configOfCase(golden);
  // Counters are objects of a kernel module that need not be here, and they decide nothing.
  const host = { ...given.host, nfacctCounters: [] };
  const config: KubeProxyConfig = { ...given, mode, host };
  const objects = [...golden.services, ...golden.endpointSlices];
  const options = { mode, node: nodeOfCase(golden), config, family: familyOfCase(golden) };
  return { config, rules: rulesFor(objects, options) };
}

/** Cases with the same rules one after the other, so that these are loaded once. */
function byRules(
  played: readonly Played[],
): ReadonlyArray<{ readonly loaded: Loaded; readonly cases: readonly Played[] }> {
  const groups = new Map<string, { readonly loaded: Loaded; readonly cases: Played[] }>();
  for (const each of played) {
    const loaded = rulesOfCase(each);
    const group = groups.get(loaded.rules);
    if (group === undefined) groups.set(loaded.rules, { loaded, cases: [each] });
    else group.cases.push(each);
  }
  return [...groups.values()];
}

async function play(played: Played, node: CaseNode, tally: Tally): Promise<void> {
  const { mode, golden, flows } = played;
  for (const flow of flows) {
    const expected = { output: flow.output, masq: flow.masq };
    using _ = isSelf(flow) ? node.withAddress(flow.sourceIP) : undefined;
    const seen = await send(flow, played, node);
    tally.compare(`packets, ${mode}`, `${golden.name}: ${flow.name}`, seen, expected);
  }
}

async function send(
  flow: GoldenFlow,
  { golden, tries }: Played,
  node: CaseNode,
): Promise<Pick<GoldenFlow, "output" | "masq">> {
  const question: Question = {
    from: flow.sourceIP,
    to: flow.destIP,
    port: flow.destPort,
    protocol: flow.protocol,
    isInVain: flow.output === "DROP" || flow.output === "",
  };
  if (flow.output === "ACCEPT") {
    // The node's own process answers, since a rule lets the packet in.
    const answer = await node.listening(flow.destPort, () => node.ask(question));
    return { output: typeof answer === "string" ? answer : "ACCEPT", masq: false };
  }
  const expected = endpointsOf(flow.output);
  // Of what is answered nobody need know whether it strayed.
  const before = question.isInVain ? node.strays() : 0;
  const answers: Array<Answer | string> = [];
  for (let count = tries(expected.length); count > 0; count--) {
    answers.push(await node.ask(question));
  }
  const [silence] = answers.filter((answer): answer is string => typeof answer === "string");
  if (silence !== undefined) {
    const strayed = question.isInVain && node.strays() > before;
    return { output: verdictOf(silence, strayed, flow, golden), masq: false };
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
function triesByDice(count: number): number {
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

function isSent({ mode }: Played, flow: GoldenFlow, withSctp: boolean): boolean {
  return flow.protocol === "SCTP" ? withSctp : mode !== "ipvs" || !isSelf(flow);
}

/** The node itself asks a load balancer's address with that address, as if a device of its own had it. */
function isSelf({ sourceIP, destIP }: GoldenFlow): boolean {
  const isNodes = isLoopback(sourceIP) || /^(192\.168\.|2001:db8:)/.test(sourceIP);
  return sourceIP === destIP && !isNodes;
}

function tell(tally: Tally, all: readonly Played[], withSctp: boolean): void {
  const count = (which: (played: Played, flow: GoldenFlow) => boolean): number =>
    all.flatMap((played) => played.flows.filter((flow) => which(played, flow))).length;
  const notes: ReadonlyArray<readonly [number, string]> = [
    [
      count(({ golden }) => golden.expectedForm === "static-input"),
      "through rules written by hand",
    ],
    [
      count(({ golden }, { protocol }) => isOwn(golden) && protocol === "SCTP" && !withSctp),
      "by SCTP, which this kernel lacks",
    ],
    [
      count(({ mode }, flow) => mode === "ipvs" && isSelf(flow)),
      "of a node that has a load balancer's address besides kube-ipvs0",
    ],
  ];
  for (const [flows, which] of notes) if (flows > 0) tally.note(`${flows} flows ${which}`);
}
