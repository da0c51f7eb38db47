/** What a command of nftables mode is for, in a sentence for somebody who sees such tables for the first time. */
import { type Found, type Phrase, phraseFor } from "./explained-line.ts";

export interface NftCommand {
  readonly line: string;
  /** `rule`, `element`, `chain`, `set`, `map`; undefined for what is no `add`. */
  readonly what: string | undefined;
  /** Of the chain, set or map. */
  readonly name: string;
  /** What follows it. */
  readonly rest: string;
}

/** Undefined for what goes without saying. */
export function explainNftables({ line, what, name, rest }: NftCommand): string | undefined {
  switch (what) {
    case "rule":
      return phraseFor(`${name} ${rest}`, rules);
    case "element":
      return phraseFor(`${name} ${rest}`, elements);
    case "chain":
      return rest === "" ? undefined : baseChains.get(name);
    case "set":
    case "map":
      return containers.get(name) ?? phraseFor(name, sets);
    default:
      return line.startsWith("add table") ? TABLE : undefined;
  }
}

const TABLE =
  "One table holds all that kube-proxy writes, and nothing of others; this script is one transaction: all of it, or nothing.";

/** Those that hang at a hook of the kernel. */
const baseChains: ReadonlyMap<string, string> = new Map([
  [
    "filter-prerouting-pre-dnat",
    "Asked before anything is translated: only here is it known which address a client from outside had asked for.",
  ],
  ["filter-output-pre-dnat", "The same for what the node's own processes send."],
  [
    "filter-input",
    "For what has come to the node itself: node ports that nobody serves are refused here.",
  ],
  [
    "filter-forward",
    "For what passes through: an address of a Service here is one that nothing has translated.",
  ],
  ["filter-output", "The same for what the node's own processes send."],
  [
    "nat-prerouting",
    "Asked once per connection, for what comes from pods or other machines: is it for a Service?",
  ],
  ["nat-output", "What the node's own processes send passes no prerouting, so it is asked here."],
  [
    "nat-postrouting",
    "The last stop before a packet leaves: what was marked on the way gets the node's address as source.",
  ],
]);

const containers: ReadonlyMap<string, string> = new Map([
  [
    "cluster-ips",
    "Every ClusterIP: whatever still has one behind nat asks for a port that is none.",
  ],
  [
    "service-ips",
    "The heart of it: from address, protocol and port to the Service's chain, by one look-up however many Services there are.",
  ],
  ["service-nodeports", "The same by protocol and port alone, for addresses of the node."],
  ["no-endpoint-services", "What nobody serves, or nobody on this node, and so is refused."],
  ["no-endpoint-nodeports", "Likewise for node ports."],
  ["firewall-ips", "Load balancers' addresses that not everybody may use."],
  ["nodeport-ips", "On which of the node's addresses node ports answer."],
]);

const sets: readonly Phrase[] = [
  [
    /^affinity-\w+-(?<service>\S+)__(?<to>\S+)$/,
    (found) =>
      `Session affinity: which clients were sent to ${endpoint(found)}; the rules fill it, and forget each in time.`,
  ],
];

/** By chain and text. */
const rules: readonly Phrase[] = [
  [
    /^filter-\S+ ct state new jump nodeport-endpoints-check/,
    "A new connection: to a node port that has no endpoint?",
  ],
  [
    /^filter-\S+ ct state new jump service-endpoints-check/,
    "A new connection: to a Service that has no endpoint?",
  ],
  [
    /^filter-\S+ ct state new jump firewall-check/,
    "A new connection: to a load balancer that does not admit this client?",
  ],
  [
    /^filter-\S+ ct state new jump cluster-ips-check/,
    "A new connection: to a ClusterIP that nothing has translated?",
  ],
  [
    /^nat-(output|prerouting) jump services/,
    "Is it for a Service? Then its chain chooses an endpoint.",
  ],
  [/^nat-postrouting jump masquerading/, "Whoever was marked is masqueraded."],
  [
    /^mark-for-masquerade /,
    "Sets one bit in the packet's mark. A source can only be changed on the way out, so the wish is noted here and met in masquerading.",
  ],
  [/^masquerading .* return$/, "Nobody marked this packet: its source stays as it is."],
  [
    /^masquerading .* xor /,
    "Take the mark off again, so that a packet that passes here twice is judged anew.",
  ],
  [
    /^masquerading masquerade/,
    "The source becomes the address of the device that the packet leaves by, and the answer comes back here.",
  ],
  [
    /^cluster-ips-check .*@cluster-ips reject/,
    "A port that the Service does not have: the client is told at once, where iptables mode would let the packet go astray.",
  ],
  [/^cluster-ips-check .* drop/, "An address of the Service CIDR that no Service has: silence."],
  [
    /^service-endpoints-check /,
    "By address, protocol and port: reject or drop what the map knows.",
  ],
  [
    /^firewall-check /,
    "By address, protocol and port: on to the chain that knows who may come in.",
  ],
  [/^nodeport-endpoints-check /, "The same for addresses of the node, by protocol and port."],
  [/^reject-chain reject/, "An element of a map can go to a chain, but not reject by itself."],
  [
    /^services .*@service-ips/,
    "One look-up by address, protocol and port, and the packet is in its Service's chain.",
  ],
  [
    /^services .*@service-nodeports/,
    "If not: is it for an address of this node where node ports answer? Then by protocol and port.",
  ],
  [
    /^(service|local)-\w+-(?<service>\S+) ip6? daddr (?<address>\S+) (?<who>.*)jump mark-for-masquerade/,
    ({ service, who }) =>
      `${port(service)}: ${who === "" ? "whoever asks" : `whoever asks and is no pod (${who?.trim()})`} gets the node's address as source, so that the answer comes back through this node.`,
  ],
  [
    /^(service|local)-\S+ ip6? saddr @affinity-\w+-(?<service>\S+)__(?<to>\S+) goto/,
    (found) =>
      `Session affinity: a client that was sent to ${endpoint(found)} lately is sent there again.`,
  ],
  [
    /^local-\w+-(?<service>\S+) numgen random mod (?<count>\d+)/,
    ({ service, count }) => `${port(service)} under policy Local: ${dice(count)} of this node.`,
  ],
  [
    /^service-\w+-(?<service>\S+) numgen random mod (?<count>\d+)/,
    ({ service, count }) => `${port(service)}: ${dice(count)}.`,
  ],
  [
    /^external-\S+ jump mark-for-masquerade/,
    "externalTrafficPolicy Cluster: any endpoint on any node may answer, so the client's address must give way to the node's.",
  ],
  [
    /short-circuit pod traffic/,
    "externalTrafficPolicy Local, but a pod asks: it may reach every endpoint, with its own address.",
  ],
  [/masquerade local traffic/, "A process of the node itself: masquerade it, as for a ClusterIP."],
  [
    /short-circuit local traffic/,
    "And let it reach every endpoint: no client's address is at stake.",
  ],
  [
    /^external-\S+ goto local-/,
    "Everybody else: the endpoints of this node only, and they see the client's own address.",
  ],
  [/^external-\S+ goto service-/, "Choose one of the endpoints."],
  [
    /^firewall-\w+-(?<service>\S+) ip6? saddr != \{ (?<ranges>.*) \} drop/,
    ({ service, ranges }) =>
      `loadBalancerSourceRanges of ${port(service)}: who is not from ${ranges} is dropped.`,
  ],
  [
    /^endpoint-\S+ ip6? saddr \S+ jump mark-for-masquerade/,
    "Hairpin: a pod that its own Service sent to itself would answer itself directly and never see the answer; masqueraded, it answers the node.",
  ],
  [/^endpoint-\S+ update @affinity-/, "Session affinity: remember that this client was sent here."],
  [
    /^endpoint-\S+ meta l4proto \S+ dnat to (?<to>\S+)$/,
    ({ to }) =>
      `The destination becomes ${to}. conntrack keeps that for the whole connection and undoes it in every answer.`,
  ],
];

/** By map and element. */
const elements: readonly Phrase[] = [
  [/^nodeport-ips \{ (?<address>\S+) /, ({ address }) => `Node ports answer on ${address}.`],
  [/^cluster-ips \{ (?<address>\S+) /, ({ address }) => `${address} is a ClusterIP.`],
  [
    /^service-ips \{ (?<key>.*) : goto external-\w+-(?<service>\S+) \}/,
    ({ key, service }) =>
      `${destination(key)} is an address of ${port(service)} for clients outside: see who asks.`,
  ],
  [
    /^service-ips \{ (?<key>.*) : goto local-\w+-(?<service>\S+) \}/,
    ({ key, service }) =>
      `${destination(key)} is the ClusterIP of ${port(service)}: choose one of the endpoints on this node.`,
  ],
  [
    /^service-ips \{ (?<key>.*) : goto service-\w+-(?<service>\S+) \}/,
    ({ key, service }) =>
      `${destination(key)} is the ClusterIP of ${port(service)}: choose one of its endpoints.`,
  ],
  [
    /^service-nodeports \{ (?<protocol>\w+) \. (?<number>\d+) : goto external-\w+-(?<service>\S+) \}/,
    ({ protocol, number, service }) =>
      `Port ${number} (${protocol}) of this node is the node port of ${port(service)}.`,
  ],
  [
    /^no-endpoint-services \{ (?<key>.*?) comment "(?<service>\S+)" : (?<verdict>.*) \}/,
    ({ key, service, verdict }) => `${destination(key)}: ${refusal(service, verdict)}`,
  ],
  [
    /^no-endpoint-nodeports \{ \w+ \. (?<number>\d+) comment "(?<service>\S+)" : (?<verdict>.*) \}/,
    ({ number, service, verdict }) => `Node port ${number}: ${refusal(service, verdict)}`,
  ],
  [
    /^firewall-ips \{ (?<key>.*) : goto firewall-\w+-(?<service>\S+) \}/,
    ({ key, service }) =>
      `${destination(key)}, the load balancer's address of ${port(service)}: see whether the source ranges let the client in.`,
  ],
];

/** `shop/web:http` of `shop/web/tcp/http`. */
function port(path = ""): string {
  const [namespace, service, , name = ""] = path.split("/");
  return `${namespace}/${service}${name === "" ? "" : `:${name}`}`;
}

/** `10.244.1.2:8080` of `10.244.1.2/8080`. */
function endpoint({ to = "" }: Found): string {
  return to.replace(/\/(\d+)$/, ":$1");
}

/** `10.96.0.20:80 (tcp)` of `10.96.0.20 . tcp . 80`. */
function destination(key = ""): string {
  const [address = "", protocol, number] = key.split(" . ");
  return `${address.includes(":") ? `[${address}]` : address}:${number} (${protocol})`;
}

function dice(count = "1"): string {
  return count === "1" ? "its one endpoint" : `a throw of dice among ${count} endpoints`;
}

function refusal(service = "", verdict = ""): string {
  return verdict === "drop"
    ? `${service} may use endpoints of this node only, and there are none here: silence, so that the client tries elsewhere.`
    : `nobody serves ${service}: the client is told at once.`;
}
