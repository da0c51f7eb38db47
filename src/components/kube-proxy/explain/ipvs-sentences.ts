/** What a line of ipvs mode is for, in a sentence for somebody who sees such a node for the first time. */
import type { IpvsParts } from "../ipvs/text/ipvs-text.ts";
import { type Phrase, phraseFor } from "./explained-line.ts";

/** Above each part's head. */
export const partSentences: Readonly<Record<keyof IpvsParts, string>> = {
  addresses:
    "1. Addresses. IPVS looks where packets come to the node itself, so every address of a Service must be the node's own; a dummy device carries them.",
  servers:
    "2. Virtual servers: one for each address and port of a Service, with its endpoints as real servers. The kernel balances by itself.",
  sets: "3. Sets, in which the few rules below look things up: there are as many rules for ten Services as for ten thousand.",
  rules: "4. Rules: who is masqueraded, accepted or refused. They choose no endpoint.",
};

/** @param table of iptables, where the part is that of rules. */
export function explainIpvs(
  part: keyof IpvsParts,
  line: string,
  table: string,
): string | undefined {
  return phraseFor(part === "rules" ? `${table} ${line}` : line, phrases[part]);
}

const kinds: ReadonlyMap<string, string> = new Map([
  [
    "KUBE-LOOP-BACK",
    "this node's endpoints, each twice: a pod that its Service sends to itself must be masqueraded",
  ],
  ["KUBE-CLUSTER-IP", "ClusterIPs with their ports"],
  ["KUBE-EXTERNAL-IP", "external IPs under policy Cluster"],
  ["KUBE-EXTERNAL-IP-LOCAL", "external IPs under policy Local"],
  ["KUBE-LOAD-BALANCER", "load balancers' addresses"],
  [
    "KUBE-LOAD-BALANCER-LOCAL",
    "those of them under policy Local, whose clients keep their address",
  ],
  ["KUBE-LOAD-BALANCER-FW", "those of them that not everybody may use (loadBalancerSourceRanges)"],
  ["KUBE-LOAD-BALANCER-SOURCE-CIDR", "and who may"],
  [
    "KUBE-LOAD-BALANCER-SOURCE-IP",
    "and the node itself, which comes with the load balancer's own address",
  ],
  ["KUBE-NODE-PORT-TCP", "node ports by TCP"],
  ["KUBE-NODE-PORT-UDP", "node ports by UDP"],
  ["KUBE-NODE-PORT-LOCAL-TCP", "those of them under policy Local"],
  ["KUBE-NODE-PORT-LOCAL-UDP", "those of them under policy Local"],
  ["KUBE-NODE-PORT-SCTP-HASH", "node ports by SCTP, of which ipset knows no plain ports"],
  ["KUBE-NODE-PORT-LOCAL-SCTP-HASH", "those of them under policy Local"],
  [
    "KUBE-HEALTH-CHECK-NODE-PORT",
    "ports at which load balancers ask whether this node has endpoints",
  ],
  ["KUBE-IPVS-IPS", "all addresses on kube-ipvs0"],
]);

const schedulers: ReadonlyMap<string, string> = new Map([
  ["rr", "in turn"],
  ["wrr", "in turn, by weight"],
  ["lc", "to whoever has the fewest connections"],
  ["wlc", "to whoever has the fewest connections for its weight"],
  ["sh", "by a hash of the client's address"],
  ["dh", "by a hash of the destination"],
  [
    "mh",
    "by a hash of the client's address and port that moves few clients when endpoints come and go",
  ],
]);

const phrases: Readonly<Record<keyof IpvsParts, readonly Phrase[]>> = {
  addresses: [
    [/^link add/, "Down and wired to nothing: it only has to have addresses."],
    [
      /^address add (?<address>\S+)\/\d+/,
      ({ address }) => `${address} is the node's own from here on.`,
    ],
  ],
  servers: [
    [
      /^-A \S+ (?<at>\S+) -s (?<scheduler>\w+).* -p (?<seconds>\d+)/,
      ({ at, scheduler, seconds }) =>
        `${at}: connections go ${way(scheduler)}; a client that comes again within ${seconds} s goes where it was before (session affinity).`,
    ],
    [
      /^-A \S+ (?<at>\S+) -s (?<scheduler>\w+)/,
      ({ at, scheduler }) =>
        `${at}: connections go ${way(scheduler)}. Without a real server they are refused.`,
    ],
    [
      /^-a \S+ \S+ -r (?<to>\S+) .*-w 0/,
      ({ to }) => `${to} is going: it keeps the connections that it has, and gets no more.`,
    ],
    [/^-a \S+ \S+ -r (?<to>\S+)/, ({ to }) => `to ${to}, by translating the address (-m)`],
  ],
  sets: [
    [
      /^create (?<set>\S+)/,
      ({ set = "" }) => `${set}: ${kinds.get(set.replace("KUBE-6-", "KUBE-"))}.`,
    ],
  ],
  rules: [
    [/^nat \*/, "nat: asked once per connection, for its first packet."],
    [/^filter \*/, "filter: what may pass."],
    [/^nat -I OUTPUT/, "What the node's own processes send is shown to KUBE-SERVICES."],
    [/^nat -I PREROUTING/, "So is whatever comes in, from pods or from other machines."],
    [
      /^nat -I POSTROUTING/,
      "The last stop before a packet leaves: what was marked gets the node's address as source.",
    ],
    [
      /^filter -I FORWARD .*-j KUBE-FORWARD/,
      "Answers pass even where the policy of FORWARD is DROP.",
    ],
    [
      /^filter -I INPUT .*-j KUBE-NODE-PORT/,
      "Health checks of load balancers are let in, whatever firewall stands behind.",
    ],
    [
      /^filter -I \S+ .*-j KUBE-PROXY-FIREWALL/,
      "Is it for a load balancer's address that not everybody may use?",
    ],
    [
      /^filter -I INPUT .*-j KUBE-IPVS-FILTER/,
      "Is it for an address of a Service, but for no port of it?",
    ],
    [/^filter -I OUTPUT .*-j KUBE-IPVS-OUT-FILTER/, "May the node itself use the load balancer?"],
    [
      /KUBE-SERVICES -s \S+ -j RETURN/,
      "What the node asks of itself by localhost is no Service's: node ports do not answer there.",
    ],
    [
      /KUBE-POSTROUTING .*KUBE-LOOP-BACK/,
      "Hairpin: a pod that its own Service sent to itself is masqueraded, or it would answer itself directly.",
    ],
    [
      /KUBE-SERVICES .*LOAD-BALANCER dst,dst -j KUBE-LOAD-BALANCER/,
      "A load balancer's address: see under which policy.",
    ],
    [
      /KUBE-LOAD-BALANCER .*-LOCAL dst,dst -j RETURN/,
      "Policy Local: the client keeps its address.",
    ],
    [/KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ/, "Policy Cluster: masquerade."],
    [
      /KUBE-NODE-PORT .*-LOCAL\S* \S+ -j RETURN/,
      "A node port under policy Local: the client keeps its address.",
    ],
    [/KUBE-NODE-PORT .*-j KUBE-MARK-MASQ/, "A node port under policy Cluster: masquerade."],
    [
      /KUBE-SERVICES .*CLUSTER-IP src,dst -j KUBE-MARK-MASQ/,
      "A process of the node has the ClusterIP as its own address when it asks one: nobody else could answer it.",
    ],
    [
      /KUBE-SERVICES .*CLUSTER-IP dst,dst (?<who>.+ )?-j KUBE-MARK-MASQ/,
      ({ who }) =>
        who === undefined
          ? "masqueradeAll: whoever asks a ClusterIP gets the node's address as source."
          : `Whoever asks a ClusterIP and is no pod (${who.trim()}) gets the node's address as source.`,
    ],
    [
      /KUBE-SERVICES .*EXTERNAL-IP dst,dst -j KUBE-MARK-MASQ/,
      "An external IP under policy Cluster: masquerade.",
    ],
    [
      /KUBE-SERVICES .*EXTERNAL-IP\S* .*physdev/,
      "An external IP, asked from outside through this node: on to IPVS.",
    ],
    [
      /KUBE-SERVICES .*EXTERNAL-IP\S* .*--dst-type LOCAL/,
      "An external IP that is the node's own: on to IPVS.",
    ],
    [
      /KUBE-SERVICES .*--dst-type LOCAL -j KUBE-NODE-PORT/,
      "An address of the node itself: perhaps a node port.",
    ],
    [/KUBE-SERVICES .*-j ACCEPT/, "Nothing more to ask: on to IPVS."],
    [/KUBE-POSTROUTING .*-j RETURN/, "Nobody marked this packet: its source stays as it is."],
    [
      /KUBE-POSTROUTING -j MARK/,
      "Take the mark off again, so that a packet that passes here twice is judged anew.",
    ],
    [
      /KUBE-POSTROUTING .*-j MASQUERADE/,
      "The source becomes the address of the device that the packet leaves by.",
    ],
    [/KUBE-MARK-MASQ -j MARK/, "Sets one bit in the packet's mark; KUBE-POSTROUTING obeys it."],
    [/KUBE-PROXY-FIREWALL .*-j KUBE-SOURCE/, "Not everybody may use this address: see who may."],
    [/KUBE-SOURCE-RANGES-FIREWALL .*-j RETURN/, "Who may goes on."],
    [/KUBE-SOURCE-RANGES-FIREWALL -j DROP/, "Nobody else does."],
    [
      /KUBE-IPVS-OUT-FILTER -s (?<vip>\S+)/,
      ({ vip }) =>
        `The node itself is not among those who may use ${vip}, and would come with that very address.`,
    ],
    [
      /KUBE-FORWARD .*--mark/,
      "A packet that is to be masqueraded is kube-proxy's business: it may pass.",
    ],
    [/KUBE-FORWARD .*RELATED/, "So may everything that belongs to a connection that began."],
    [/KUBE-NODE-PORT .*HEALTH-CHECK/, "A load balancer asks whether this node has endpoints."],
    [/KUBE-IPVS-FILTER .*-j RETURN/, "A port that is a Service's: it may come in."],
    [
      /KUBE-IPVS-FILTER .*-j REJECT/,
      "Any other port of a Service's address, and a ping of it: without this rule, whatever the node listens on would answer there.",
    ],
  ],
};

function way(scheduler = ""): string {
  return schedulers.get(scheduler) ?? `as ${scheduler} decides`;
}
