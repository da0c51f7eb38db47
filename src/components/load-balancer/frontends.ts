/** What a load balancer serves: each port of each of its Services, and the nodes that may get the traffic. Pure. */

import { isNodeReady } from "../../api/nodes/node-state.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { Service } from "../../api/objects/service.ts";
import { type IpAddress, parseIpAddress } from "../../net/ip-address.ts";

export interface Backend {
  readonly node: string;
  readonly address: IpAddress;
}

export interface Frontend {
  /** `namespace/name:port`. */
  readonly name: string;
  readonly vip: IpAddress;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly port: number;
  /** Undefined where the Service has none (allocateLoadBalancerNodePorts: false). */
  readonly nodePort: number | undefined;
  /** sessionAffinity ClientIP: one client, one node. */
  readonly sticky: boolean;
  readonly backends: readonly Backend[];
}

/** A question that decides whether a node gets a Service's traffic: an HTTP GET. */
export interface HealthCheck extends Backend {
  readonly port: number;
  readonly path: string;
}

/** The answer of 200, by {@link checkKey}. */
export type HealthyChecks = ReadonlySet<string>;

/** kube-proxy's own health, which cloud load balancers ask where policy Cluster lets every node serve. */
const PROXY_HEALTH = { port: 10_256, path: "/healthz" };

/** Nodes with this label get no traffic from load balancers. */
const EXCLUDE_LABEL = "node.kubernetes.io/exclude-from-external-load-balancers";

/** Those that this load balancer is for: a class of their own means another's. */
export function isBalanced({ spec, metadata }: Service): boolean {
  return (
    spec.type === "LoadBalancer" &&
    spec.loadBalancerClass === undefined &&
    metadata.deletionTimestamp === undefined
  );
}

/** Every question to ask for these Services, each once. */
export function checksFor(
  services: readonly Service[],
  nodes: readonly Node[],
): readonly HealthCheck[] {
  const questions = services.filter(isBalanced).map(questionOf);
  const all = questions.flatMap((question) =>
    backendsIn(nodes).map((backend) => ({ ...backend, ...question })),
  );
  return [...new Map(all.map((check) => [checkKey(check), check])).values()];
}

export function frontends(
  services: readonly Service[],
  nodes: readonly Node[],
  healthy: HealthyChecks,
): readonly Frontend[] {
  return services.filter(isBalanced).flatMap((service) => {
    const { spec, metadata, status } = service;
    const vip = parseIpAddress(status?.loadBalancer?.ingress?.[0]?.ip ?? "");
    if (vip === undefined) return [];
    const question = questionOf(service);
    const backends = backendsIn(nodes).filter((backend) =>
      healthy.has(checkKey({ ...backend, ...question })),
    );
    return (spec.ports ?? []).map(({ name, port, protocol = "TCP", nodePort }) => ({
      name: `${metadata.namespace}/${metadata.name}${name === undefined ? "" : `:${name}`}`,
      vip,
      // The three members of Protocol, in lower case.
      protocol: protocol.toLowerCase() as Frontend["protocol"],
      port,
      nodePort,
      sticky: spec.sessionAffinity === "ClientIP",
      backends,
    }));
  });
}

export function checkKey({ node, port }: Pick<HealthCheck, "node" | "port">): string {
  return `${node} ${port}`;
}

/** Policy Local: does the node have endpoints? Cluster: does its kube-proxy work? */
function questionOf({ spec }: Service): Pick<HealthCheck, "port" | "path"> {
  const { externalTrafficPolicy, healthCheckNodePort = 0 } = spec;
  return externalTrafficPolicy === "Local" && healthCheckNodePort !== 0
    ? { port: healthCheckNodePort, path: "/healthz" }
    : PROXY_HEALTH;
}

function backendsIn(nodes: readonly Node[]): readonly Backend[] {
  return nodes
    .filter((node) => isNodeReady(node) && node.metadata.labels?.[EXCLUDE_LABEL] === undefined)
    .flatMap(({ metadata, status }) => {
      const internal = status?.addresses?.find(({ type }) => type === "InternalIP");
      const address = parseIpAddress(internal?.address ?? "");
      return address === undefined ? [] : [{ node: metadata.name, address }];
    });
}
