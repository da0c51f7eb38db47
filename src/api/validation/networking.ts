import { contains, network, parseCidr } from "../../net/cidr.ts";
import { type FieldPath, forbidden, invalid, required, tooMany } from "../errors/field-errors.ts";
import type { Lease } from "../objects/lease.ts";
import type {
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPort,
  ServiceCIDR,
} from "../objects/networking.ts";
import { checkLabelSelector, checkMetadata } from "./metadata.ts";
import {
  checkEach,
  checkNonNegative,
  checkOneOf,
  checkPortNumber,
  checkPortReference,
  type Faults,
  protocols,
} from "./rules.ts";

type Peers = NonNullable<NetworkPolicyIngressRule["from"]>;
type Peer = Peers[number];

export function validateNetworkPolicy({ metadata, spec }: NetworkPolicy): Faults {
  const at = (...path: readonly string[]): FieldPath => ["spec", ...path];
  const { podSelector = {}, policyTypes = [], ingress, egress } = spec;
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...checkLabelSelector(at("podSelector"), podSelector),
    ...checkEach(at("ingress"), ingress, (path, rule: NetworkPolicyIngressRule) =>
      checkRule(path, "from", rule.from, rule.ports),
    ),
    ...checkEach(at("egress"), egress, (path, rule: NetworkPolicyEgressRule) =>
      checkRule(path, "to", rule.to, rule.ports),
    ),
    ...(policyTypes.length > 2 ? [tooMany(at("policyTypes"), policyTypes.length, 2)] : []),
    ...checkEach(at("policyTypes"), policyTypes, (path, type) =>
      checkOneOf(path, type, ["Ingress", "Egress"]),
    ),
  ];
}

function checkRule(
  path: FieldPath,
  side: "from" | "to",
  peers: Peers | undefined,
  ports: readonly NetworkPolicyPort[] | undefined,
): Faults {
  return [
    ...checkEach([...path, "ports"], ports, checkPolicyPort),
    ...checkEach([...path, side], peers, checkPeer),
  ];
}

function checkPolicyPort(path: FieldPath, { protocol, port, endPort }: NetworkPolicyPort): Faults {
  return [
    ...checkOneOf([...path, "protocol"], protocol, protocols),
    ...(port === undefined ? [] : checkPortReference([...path, "port"], port)),
    ...checkEndPort([...path, "endPort"], port, endPort),
  ];
}

function checkEndPort(
  path: FieldPath,
  port: number | string | undefined,
  endPort: number | undefined,
): Faults {
  if (endPort === undefined) return [];
  if (port === undefined)
    return [required(path.slice(0, -1).concat("port"), "must be specified if `endPort` is set")];
  if (typeof port === "string")
    return [invalid(path, endPort, "may not be specified when `port` is non-numeric")];
  return endPort < port
    ? [invalid(path, endPort, "must be greater than or equal to `port`")]
    : checkPortNumber(path, endPort);
}

function checkPeer(path: FieldPath, { podSelector, namespaceSelector, ipBlock }: Peer): Faults {
  const selectors = [
    ...(podSelector ? checkLabelSelector([...path, "podSelector"], podSelector) : []),
    ...(namespaceSelector
      ? checkLabelSelector([...path, "namespaceSelector"], namespaceSelector)
      : []),
  ];
  const hasSelector = podSelector !== undefined || namespaceSelector !== undefined;
  if (ipBlock === undefined) {
    return hasSelector ? selectors : [required(path, "must specify a peer")];
  }
  return [
    ...selectors,
    ...checkIpBlock([...path, "ipBlock"], ipBlock),
    ...(hasSelector ? [forbidden(path, "may not specify both ipBlock and another peer")] : []),
  ];
}

function checkIpBlock(path: FieldPath, { cidr, except }: NonNullable<Peer["ipBlock"]>): Faults {
  if (cidr === undefined || cidr === "") return [required([...path, "cidr"])];
  const block = parseCidr(cidr);
  if (block === undefined) return [invalidCidr([...path, "cidr"], cidr)];
  return checkEach([...path, "except"], except, (at, text) => {
    const part = parseCidr(text);
    if (part === undefined) return [invalidCidr(at, text)];
    const isWithin =
      contains(block, network(part).address) && part.prefixLength > block.prefixLength;
    return isWithin ? [] : [invalid(at, text, `must be a strict subset of \`cidr\``)];
  });
}

function invalidCidr(path: FieldPath, text: string): Faults[number] {
  return invalid(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
}

export function validateServiceCIDR({ metadata, spec }: ServiceCIDR): Faults {
  const { cidrs = [] } = spec ?? {};
  const path = ["spec", "cidrs"];
  return [
    ...checkMetadata(metadata, { namespaced: false }),
    ...(cidrs.length === 0 ? [required(path, "at least one CIDR required")] : []),
    ...(cidrs.length > 2 ? [tooMany(path, cidrs.length, 2)] : []),
    ...checkEach(path, cidrs, (at, text) =>
      parseCidr(text) === undefined ? [invalidCidr(at, text)] : [],
    ),
  ];
}

export function validateLease({ metadata, spec = {} }: Lease): Faults {
  const { leaseDurationSeconds, leaseTransitions } = spec;
  const duration = ["spec", "leaseDurationSeconds"];
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...(leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0
      ? [invalid(duration, leaseDurationSeconds, "must be greater than 0")]
      : []),
    ...checkNonNegative(["spec", "leaseTransitions"], leaseTransitions),
  ];
}
