/**
 * 112 NetworkPolicies and what the standard's text says of each: three namespaces x, y, z with three pods a, b, c each, two ports,
 * TCP and UDP. The oracle reads the policy as the API's documentation words it, and shares no code with what it judges.
 */
import type { LabelSelector } from "../../src/api/objects/meta.ts";
import type { NetworkPolicy, NetworkPolicyPort } from "../../src/api/objects/networking.ts";

export const namespaces = ["x", "y", "z"] as const;
export const podNames = ["a", "b", "c"] as const;
export const ports = [80, 81] as const;

export interface TablePod {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
}

export interface Flow {
  readonly from: TablePod;
  readonly to: TablePod;
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

type Peer = NonNullable<NonNullable<NetworkPolicy["spec"]["ingress"]>[number]["from"]>[number];

/** `address` of pods is known only in a running lab, so blocks are made from it. */
type PeersOf = (addressOf: (namespace: string, name: string) => string) => readonly Peer[] | "none";

const targets: readonly LabelSelector[] = [
  {},
  { matchExpressions: [{ key: "pod", operator: "NotIn", values: ["a"] }] },
];

const peers: readonly PeersOf[] = [
  // No rule at all: default deny.
  () => "none",
  // A rule without peers: everybody.
  () => [],
  () => [{ podSelector: { matchLabels: { pod: "a" } } }],
  () => [{ namespaceSelector: { matchLabels: { ns: "y" } } }],
  () => [
    {
      namespaceSelector: { matchExpressions: [{ key: "ns", operator: "In", values: ["y", "z"] }] },
      podSelector: { matchLabels: { pod: "b" } },
    },
  ],
  () => [
    { podSelector: { matchLabels: { pod: "c" } } },
    { namespaceSelector: { matchLabels: { ns: "z" } } },
  ],
  (addressOf) => [{ ipBlock: { cidr: "10.244.0.0/16", except: [`${addressOf("y", "a")}/32`] } }],
];

const portLists: ReadonlyArray<readonly NetworkPolicyPort[] | undefined> = [
  undefined,
  [{ port: 80, protocol: "TCP" }],
  [{ port: "serve-81-udp", protocol: "UDP" }],
  [
    { port: 80, endPort: 81, protocol: "TCP" },
    { port: 80, protocol: "UDP" },
  ],
];

/** In namespace x, each called after what it is made of. */
export function generatePolicies(
  addressOf: (namespace: string, name: string) => string,
): readonly NetworkPolicy[] {
  return (["Ingress", "Egress"] as const).flatMap((type) =>
    targets.flatMap((podSelector, target) =>
      peers.flatMap((peersOf, peer) =>
        portLists.map((list, port): NetworkPolicy => {
          const name = `${type.toLowerCase()}-${target}-${peer}-${port}`;
          const rules = rulesFor(type, peersOf(addressOf), list);
          return {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { namespace: "x", name },
            spec: { podSelector, policyTypes: [type], ...rules },
          };
        }),
      ),
    ),
  );
}

function rulesFor(
  type: "Ingress" | "Egress",
  them: readonly Peer[] | "none",
  list: readonly NetworkPolicyPort[] | undefined,
): Pick<NetworkPolicy["spec"], "ingress" | "egress"> {
  const of = list === undefined ? {} : { ports: list };
  if (type === "Ingress") return { ingress: them === "none" ? [] : [{ from: them, ...of }] };
  return { egress: them === "none" ? [] : [{ to: them, ...of }] };
}

/** Whether the one policy that there is lets the flow pass. */
export function isAllowed({ spec, metadata }: NetworkPolicy, flow: Flow): boolean {
  const isIngress = spec.policyTypes?.includes("Ingress") === true;
  const [self, other] = isIngress ? [flow.to, flow.from] : [flow.from, flow.to];
  if (flow.from.address === flow.to.address) return true;
  if (self.namespace !== metadata.namespace) return true;
  if (!matches(spec.podSelector, { pod: self.name })) return true;
  const rules = isIngress
    ? (spec.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports }))
    : (spec.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports }));
  return rules.some(
    (rule) =>
      (rule.peers === undefined ||
        rule.peers.length === 0 ||
        rule.peers.some((peer) => isPeer(peer, other, metadata.namespace ?? ""))) &&
      (rule.ports === undefined || rule.ports.some((port) => isPort(port, flow))),
  );
}

function isPeer(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  pod: TablePod,
  own: string,
): boolean {
  if (ipBlock !== undefined) return !ipBlock.except?.includes(`${pod.address}/32`);
  const inNamespace =
    namespaceSelector === undefined
      ? pod.namespace === own
      : matches(namespaceSelector, { ns: pod.namespace });
  return inNamespace && (podSelector === undefined || matches(podSelector, { pod: pod.name }));
}

function isPort({ port, endPort, protocol = "TCP" }: NetworkPolicyPort, flow: Flow): boolean {
  if (protocol !== flow.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === "string") return port === `serve-${flow.port}-${flow.protocol.toLowerCase()}`;
  return flow.port >= port && flow.port <= (endPort ?? port);
}

function matches(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const isOne = values.includes(labels[key] ?? "");
      return operator === "In" ? isOne : !isOne;
    })
  );
}
