/** What a rule of kube-proxy is for, in a sentence for somebody who sees such rules for the first time. */
import { formatCidr } from "../../../net/cidr.ts";
import type { Match, Rule } from "../iptables/trace/rule.ts";

/** A rule with what its table and its comment say. */
export interface RuleInPlace {
  readonly table: string;
  readonly rule: Rule;
  /** Of `-m comment --comment`; empty without one. */
  readonly comment: string;
}

type Sentence = (at: RuleInPlace) => string | undefined;

/** The first that has something to say says it. */
const sentences: readonly Sentence[] = [
  jumpFromKernel,
  fixedRule,
  captureRule,
  refusal,
  masqueradeChoice,
  externalPolicy,
  firewallRange,
  affinity,
  balancing,
  endpointRule,
];

/** Undefined for a rule that no kube-proxy writes. */
export function explainRule(at: RuleInPlace): string | undefined {
  for (const say of sentences) {
    const sentence = say(at);
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}

const jumps: ReadonlyMap<string, string> = new Map([
  [
    "nat PREROUTING KUBE-SERVICES",
    "Whatever comes in, from pods or from other machines, is first shown to KUBE-SERVICES: is it for a Service?",
  ],
  [
    "nat OUTPUT KUBE-SERVICES",
    "What the node's own processes send passes no PREROUTING, so it is shown to KUBE-SERVICES here.",
  ],
  [
    "nat POSTROUTING KUBE-POSTROUTING",
    "The last stop before a packet leaves: what was marked on the way gets the node's address as source.",
  ],
  [
    "filter INPUT KUBE-FIREWALL",
    "Before anything reaches a process of the node: nobody else may talk to its 127.0.0.1.",
  ],
  ["filter OUTPUT KUBE-FIREWALL", "The same for what the node's own processes send."],
  [
    "filter INPUT KUBE-NODEPORTS",
    "Health checks of load balancers are let in, whatever firewall stands behind.",
  ],
  [
    "filter FORWARD KUBE-FORWARD",
    "Translated traffic passes even where the policy of FORWARD is DROP.",
  ],
]);

const jumpsByTarget: ReadonlyMap<string, string> = new Map([
  [
    "KUBE-EXTERNAL-SERVICES",
    "New connections to node ports and outside addresses that nothing has translated: refuse those that have no endpoint.",
  ],
  [
    "KUBE-SERVICES",
    "New connections to a ClusterIP that nothing has translated: refuse those that have no endpoint.",
  ],
  [
    "KUBE-PROXY-FIREWALL",
    "New connections to a load balancer's address that its source ranges did not let through.",
  ],
]);

function jumpFromKernel({ table, rule: { chain, target } }: RuleInPlace): string | undefined {
  if (chain.startsWith("KUBE-") || target?.type !== "jump") return undefined;
  return jumps.get(`${table} ${chain} ${target.chain}`) ?? jumpsByTarget.get(target.chain);
}

function fixedRule({ rule }: RuleInPlace): string | undefined {
  const { chain, target } = rule;
  switch (chain) {
    case "KUBE-POSTROUTING":
      if (target?.type === "return") return "Nobody marked this packet: its source stays as it is.";
      return target?.type === "mark"
        ? "Take the mark off again, so that a packet that passes here twice is judged anew."
        : "Masquerade: the source becomes the address of the device that the packet leaves by, and the answer comes back here.";
    case "KUBE-MARK-MASQ":
      return "Sets one bit in the packet's mark. A source can only be changed on the way out, so the wish is noted here and met in KUBE-POSTROUTING.";
    case "KUBE-FIREWALL":
      return "Node ports on 127.0.0.1 need route_localnet, which would let neighbours reach the loopback address; this keeps them out.";
    case "KUBE-FORWARD":
      return forwarding(rule);
    default:
      return undefined;
  }
}

function forwarding({ matches, target }: Rule): string {
  if (target?.type === "drop") {
    return "A packet that conntrack cannot place would go on untranslated, and its receiver would reset the connection.";
  }
  return matches.some(({ type }) => type === "mark")
    ? "A packet that is to be masqueraded was translated by kube-proxy: it may pass."
    : "So may everything that belongs to a connection that began.";
}

/** KUBE-SERVICES and KUBE-NODEPORTS: who is meant? */
function captureRule({ rule, comment }: RuleInPlace): string | undefined {
  const { chain, target } = rule;
  if (target?.type === "accept" && chain === "KUBE-NODEPORTS") {
    return `Lets in the health checks of ${firstWord(comment)}: the answer says whether this node has endpoints.`;
  }
  if (target?.type !== "jump") return undefined;
  if (target.chain === "KUBE-NODEPORTS") {
    return "The last question: is it for an address of this node itself? Then it may be for a node port.";
  }
  if (chain === "KUBE-NODEPORTS") {
    return `Port ${portOf(rule)} of this node is the node port of ${firstWord(comment)}.`;
  }
  if (chain !== "KUBE-SERVICES") return undefined;
  const what = addressKinds.find(([suffix]) => comment.endsWith(suffix))?.[1] ?? "an address";
  return `${addressOf(rule)} is ${what} of ${firstWord(comment)}: ${whatFollows(target.chain)}.`;
}

const addressKinds: ReadonlyArray<readonly [string, string]> = [
  ["cluster IP", "the ClusterIP"],
  ["external IP", "an external IP"],
  ["loadbalancer IP", "the load balancer's address"],
];

function whatFollows(chain: string): string {
  if (chain.startsWith("KUBE-SVL-")) return "choose one of the endpoints on this node";
  if (chain.startsWith("KUBE-EXT-"))
    return "see who asks, for traffic from outside is treated apart";
  if (chain.startsWith("KUBE-FW-")) return "see whether the source ranges let the client in";
  return "choose one of its endpoints";
}

function refusal({ rule, comment }: RuleInPlace): string | undefined {
  const { chain, target } = rule;
  if (chain === "KUBE-PROXY-FIREWALL") {
    return `Who is still on the way to the load balancer's address of ${firstWord(comment)} was let in by none of its source ranges.`;
  }
  if (target?.type === "reject") {
    return `Nobody serves ${firstWord(comment)}: the client is told at once (ICMP port unreachable).`;
  }
  if (target?.type !== "drop") return undefined;
  return `${firstWord(comment)} may use endpoints of this node only, and there are none here: silence, so that the client tries elsewhere.`;
}

function masqueradeChoice({ rule, comment }: RuleInPlace): string | undefined {
  if (!/^KUBE-SV[CL]-/.test(rule.chain) || !isJumpTo(rule, "KUBE-MARK-MASQ")) return undefined;
  const [outside] = rule.matches.flatMap((match) => outsideOf(match) ?? []);
  const who = outside === undefined ? "whoever asks" : `whoever asks and is no pod (${outside})`;
  return `${firstWord(comment)}: ${who} gets the node's address as source, so that the answer comes back through this node.`;
}

function outsideOf(match: Match): string | undefined {
  if (match.type === "source" && match.negated) return `not in ${formatCidr(match.block)}`;
  return match.type === "inInterface" && match.negated ? `not by ${match.name}` : undefined;
}

/** KUBE-EXT. */
function externalPolicy({ rule, comment }: RuleInPlace): string | undefined {
  if (!rule.chain.startsWith("KUBE-EXT-") || rule.target?.type !== "jump") return undefined;
  const { chain: to } = rule.target;
  const fromNode = rule.matches.some(({ type }) => type === "sourceIsLocal");
  if (to === "KUBE-MARK-MASQ") {
    return fromNode
      ? "A process of the node itself: masquerade it, as for a ClusterIP."
      : "externalTrafficPolicy Cluster: any endpoint on any node may answer, so the client's address must give way to the node's.";
  }
  if (fromNode) return "And let it reach every endpoint: no client's address is at stake.";
  if (comment.startsWith("pod traffic")) {
    return "externalTrafficPolicy Local, but a pod asks: it may reach every endpoint, with its own address.";
  }
  return to.startsWith("KUBE-SVL-")
    ? "Everybody else: the endpoints of this node only, and they see the client's own address."
    : "Choose one of the endpoints.";
}

function firewallRange({ rule, comment }: RuleInPlace): string | undefined {
  if (!rule.chain.startsWith("KUBE-FW-")) return undefined;
  const source = rule.matches.find(({ type }) => type === "source");
  return source?.type === "source"
    ? `loadBalancerSourceRanges of ${firstWord(comment)}: ${formatCidr(source.block)} may come in.`
    : "Nothing more: whoever falls off the end here stays untranslated and is dropped in KUBE-PROXY-FIREWALL.";
}

function affinity({ rule, comment }: RuleInPlace): string | undefined {
  const recent = rule.matches.find(({ type }) => type === "recent");
  if (recent?.type !== "recent" || recent.action !== "rcheck") return undefined;
  const seconds = /--seconds (\d+)/.exec(rule.text)?.[1] ?? "some";
  return `Session affinity: a client that was sent to ${endpointOf(comment)} in the last ${seconds} s is sent there again.`;
}

function balancing({ rule, comment }: RuleInPlace): string | undefined {
  if (!/^KUBE-SV[CL]-/.test(rule.chain)) return undefined;
  const dice = rule.matches.find(({ type }) => type === "probability");
  const endpoint = comment === "" ? "the next endpoint" : endpointOf(comment);
  if (dice?.type !== "probability") return `Everybody who is left: ${endpoint}.`;
  const among = Math.round(1 / dice.probability);
  return `One in ${among} of those who get this far: ${endpoint}. The rules above took their share already, so all shares are equal.`;
}

function endpointRule({ rule }: RuleInPlace): string | undefined {
  if (!rule.chain.startsWith("KUBE-SEP-")) return undefined;
  if (rule.target?.type === "dnat") {
    const remembers = rule.matches.some(({ type }) => type === "recent");
    return `The destination becomes ${rule.target.destination}. conntrack keeps that for the whole connection and undoes it in every answer${remembers ? "; and the client is remembered" : ""}.`;
  }
  return "Hairpin: a pod that its own Service sent to itself would answer itself directly and never see the answer; masqueraded, it answers the node.";
}

function isJumpTo({ target }: Rule, chain: string): boolean {
  return target?.type === "jump" && target.chain === chain;
}

/** `shop/web:http` of `shop/web:http cluster IP`. */
function firstWord(comment: string): string {
  return comment.split(" ")[0] ?? comment;
}

/** `10.244.1.2:8080` of `shop/web:http -> 10.244.1.2:8080`. */
function endpointOf(comment: string): string {
  return comment.split(" -> ")[1] ?? comment;
}

function portOf({ matches }: Rule): number | string {
  const port = matches.find(({ type }) => type === "destinationPort");
  return port?.type === "destinationPort" ? port.port : "?";
}

function addressOf(rule: Rule): string {
  const to = rule.matches.find(({ type }) => type === "destination");
  const protocol = rule.matches.find(({ type }) => type === "protocol");
  const address = to?.type === "destination" ? to.block.address : "?";
  const over = protocol?.type === "protocol" ? ` (${protocol.protocol})` : "";
  const bracketed = address.includes(":") ? `[${address}]` : address;
  return `${bracketed}:${portOf(rule)}${over}`;
}
