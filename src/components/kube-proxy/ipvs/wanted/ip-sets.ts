/** The ipsets that the rules of ipvs mode ask: which there are, and what is in them. */

import { contains, parseCidr } from "../../../../net/cidr.ts";
import type { IpAddress, IpFamily } from "../../../../net/ip-address.ts";
import type { ServiceModel, ServicePortModel } from "../../model/cluster/cluster-model.ts";
import type { ServicePort } from "../../model/services/service-port.ts";
import type { IpvsSettings } from "../settings.ts";
import { boundAddresses } from "./bound-addresses.ts";

interface SetKind {
  readonly type:
    | "hash:ip"
    | "hash:ip,port"
    | "hash:ip,port,ip"
    | "hash:ip,port,net"
    | "bitmap:port";
  /** What the rules that ask the set say of it. */
  readonly comment: string;
}

export type SetName =
  | "KUBE-LOOP-BACK"
  | "KUBE-CLUSTER-IP"
  | "KUBE-EXTERNAL-IP"
  | "KUBE-EXTERNAL-IP-LOCAL"
  | "KUBE-LOAD-BALANCER"
  | "KUBE-LOAD-BALANCER-LOCAL"
  | "KUBE-LOAD-BALANCER-FW"
  | "KUBE-LOAD-BALANCER-SOURCE-CIDR"
  | "KUBE-LOAD-BALANCER-SOURCE-IP"
  | "KUBE-NODE-PORT-TCP"
  | "KUBE-NODE-PORT-UDP"
  | "KUBE-NODE-PORT-LOCAL-TCP"
  | "KUBE-NODE-PORT-LOCAL-UDP"
  | "KUBE-NODE-PORT-SCTP-HASH"
  | "KUBE-NODE-PORT-LOCAL-SCTP-HASH"
  | "KUBE-HEALTH-CHECK-NODE-PORT"
  | "KUBE-IPVS-IPS";

/** By name, in the order in which they are made. */
const kinds: Readonly<Record<SetName, SetKind>> = {
  "KUBE-LOOP-BACK": {
    type: "hash:ip,port,ip",
    comment: "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose",
  },
  "KUBE-CLUSTER-IP": {
    type: "hash:ip,port",
    comment: "Kubernetes service cluster ip + port for masquerade purpose",
  },
  "KUBE-EXTERNAL-IP": {
    type: "hash:ip,port",
    comment: "Kubernetes service external ip + port for masquerade and filter purpose",
  },
  "KUBE-EXTERNAL-IP-LOCAL": {
    type: "hash:ip,port",
    comment: "Kubernetes service external ip + port with externalTrafficPolicy=local",
  },
  "KUBE-LOAD-BALANCER": { type: "hash:ip,port", comment: "Kubernetes service lb portal" },
  "KUBE-LOAD-BALANCER-LOCAL": {
    type: "hash:ip,port",
    comment: "Kubernetes service load balancer ip + port with externalTrafficPolicy=local",
  },
  "KUBE-LOAD-BALANCER-FW": {
    type: "hash:ip,port",
    comment: "Kubernetes service load balancer ip + port for load balancer with sourceRange",
  },
  "KUBE-LOAD-BALANCER-SOURCE-CIDR": {
    type: "hash:ip,port,net",
    comment: "Kubernetes service load balancer ip + port + source cidr for packet filter purpose",
  },
  "KUBE-LOAD-BALANCER-SOURCE-IP": {
    type: "hash:ip,port,ip",
    comment: "Kubernetes service load balancer ip + port + source IP for packet filter purpose",
  },
  "KUBE-NODE-PORT-TCP": {
    type: "bitmap:port",
    comment: "Kubernetes nodeport TCP port for masquerade purpose",
  },
  "KUBE-NODE-PORT-UDP": {
    type: "bitmap:port",
    comment: "Kubernetes nodeport UDP port for masquerade purpose",
  },
  "KUBE-NODE-PORT-LOCAL-TCP": {
    type: "bitmap:port",
    comment: "Kubernetes nodeport TCP port with externalTrafficPolicy=local",
  },
  "KUBE-NODE-PORT-LOCAL-UDP": {
    type: "bitmap:port",
    comment: "Kubernetes nodeport UDP port with externalTrafficPolicy=local",
  },
  "KUBE-NODE-PORT-SCTP-HASH": {
    type: "hash:ip,port",
    comment: "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'",
  },
  "KUBE-NODE-PORT-LOCAL-SCTP-HASH": {
    type: "hash:ip,port",
    comment:
      "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'",
  },
  "KUBE-HEALTH-CHECK-NODE-PORT": {
    type: "bitmap:port",
    comment: "Kubernetes health check node port",
  },
  "KUBE-IPVS-IPS": { type: "hash:ip", comment: "Addresses on the ipvs interface" },
};

/** Entries as ipset(8) spells them: `10.96.0.10,udp:53`. Every set is there, also an empty one. */
export type SetContents = ReadonlyMap<SetName, ReadonlySet<string>>;

/** Of IFNAMSIZ and its like: ipset's names have 31 characters. */
const NAME_LENGTH = 31;

/** What the kernel knows it by: sets of the two families are apart. */
export function kernelName(name: SetName, family: IpFamily): string {
  return family === "ipv4" ? name : name.replace("KUBE-", "KUBE-6-").slice(0, NAME_LENGTH);
}

export function setComment(name: SetName): string {
  return kinds[name].comment;
}

/** One line of a restore: `create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536`. */
export function createLine(name: SetName, family: IpFamily): string {
  const { type } = kinds[name];
  const options =
    type === "bitmap:port"
      ? "range 0-65535"
      : `family ${family === "ipv4" ? "inet" : "inet6"} hashsize 1024 maxelem 65536`;
  return `create ${kernelName(name, family)} ${type} ${options}`;
}

/** Object.keys forgets that the keys are these. */
export const setNames = Object.keys(kinds) as readonly SetName[];

/** What is in which set. */
export type SetEntry = readonly [name: SetName, entry: string];

/** Those of one Service; one may be there twice. */
export function setEntries({ ports }: ServiceModel, settings: IpvsSettings): readonly SetEntry[] {
  const entries: SetEntry[] = [];
  const add: Add = (name, entry) => void entries.push([name, entry]);
  for (const model of ports) {
    addPort(model, settings, add);
    for (const address of boundAddresses(model, settings)) add("KUBE-IPVS-IPS", address);
  }
  return entries;
}

type Add = (name: SetName, entry: string) => void;

function addPort({ port, endpoints }: ServicePortModel, settings: IpvsSettings, add: Add): void {
  const { protocol, clusterIP, externalIPs, externalPolicyLocal, healthCheckNodePort } = port;
  for (const { ip, port: target, nodeName } of endpoints) {
    // A pod that reaches itself would see its own address as the client's.
    if (nodeName === settings.node.name) add("KUBE-LOOP-BACK", `${ip},${protocol}:${target},${ip}`);
  }
  add("KUBE-CLUSTER-IP", at(clusterIP, port));
  for (const address of externalIPs) {
    add(externalPolicyLocal ? "KUBE-EXTERNAL-IP-LOCAL" : "KUBE-EXTERNAL-IP", at(address, port));
  }
  for (const address of port.loadBalancerVIPs) addLoadBalancer(address, port, settings, add);
  addNodePort(port, settings, add);
  if (healthCheckNodePort !== undefined) {
    add("KUBE-HEALTH-CHECK-NODE-PORT", String(healthCheckNodePort));
  }
}

function addLoadBalancer(
  address: IpAddress,
  port: ServicePort,
  { nodeIP }: IpvsSettings,
  add: Add,
): void {
  const entry = at(address, port);
  add("KUBE-LOAD-BALANCER", entry);
  if (port.externalPolicyLocal) add("KUBE-LOAD-BALANCER-LOCAL", entry);
  if (port.sourceRanges.length === 0) return;
  add("KUBE-LOAD-BALANCER-FW", entry);
  for (const range of port.sourceRanges) add("KUBE-LOAD-BALANCER-SOURCE-CIDR", `${entry},${range}`);
  // The node itself comes with the address that it has on kube-ipvs0.
  if (admits(port, nodeIP)) add("KUBE-LOAD-BALANCER-SOURCE-IP", `${entry},${address}`);
}

function addNodePort(
  { protocol, nodePort, externalPolicyLocal }: ServicePort,
  { nodePortIPs }: IpvsSettings,
  add: Add,
): void {
  if (nodePort === undefined) return;
  if (protocol === "sctp") {
    for (const address of nodePortIPs) {
      const entry = `${address},sctp:${nodePort}`;
      add("KUBE-NODE-PORT-SCTP-HASH", entry);
      if (externalPolicyLocal) add("KUBE-NODE-PORT-LOCAL-SCTP-HASH", entry);
    }
    return;
  }
  const isTcp = protocol === "tcp";
  add(isTcp ? "KUBE-NODE-PORT-TCP" : "KUBE-NODE-PORT-UDP", String(nodePort));
  if (!externalPolicyLocal) return;
  add(isTcp ? "KUBE-NODE-PORT-LOCAL-TCP" : "KUBE-NODE-PORT-LOCAL-UDP", String(nodePort));
}

/** Whether one of the ranges that may use the load balancer has the address in it. */
export function admits({ sourceRanges }: ServicePort, address: IpAddress): boolean {
  return sourceRanges.some((range) => {
    const block = parseCidr(range);
    return block !== undefined && contains(block, address);
  });
}

function at(address: IpAddress, { protocol, port }: ServicePort): string {
  return `${address},${protocol}:${port}`;
}
