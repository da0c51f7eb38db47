/**
 * How a Service that is written anew keeps what the server gave it before, so
 * that `kubectl apply` of the same file, or a change of its type alone, does
 * what its author means. After the API server's Service storage.
 */
import { isDeepStrictEqual } from "node:util";
import type { Service, ServicePort } from "../objects/service.ts";
import {
  isExternallyAccessible,
  needsHealthCheckNodePort,
  needsNodePorts,
} from "../validation/service-type.ts";

type ServiceSpec = Service["spec"];

/** Fills what the new object leaves open from the old one, and drops what its new type has no use for. */
export function carryOver(service: Service, previous: Service): Service {
  const before = previous.spec;
  const spec = followClusterIP(service.spec, before);
  return { ...service, spec: keepAllocated(dropOutdated(spec, before), before) };
}

/** Who changes `clusterIP` alone, in a patch, means the first of `clusterIPs` as well. */
function followClusterIP(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  const { clusterIP = "", clusterIPs, ...rest } = spec;
  const isLeftBehind =
    clusterIPs !== undefined &&
    clusterIP !== (before.clusterIP ?? "") &&
    isDeepStrictEqual(clusterIPs, before.clusterIPs);
  if (!isLeftBehind) return spec;
  return clusterIP === "" ? rest : { ...rest, clusterIP, clusterIPs: [clusterIP] };
}

function keepAllocated(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  let kept = spec;
  const hasAddress = (each: ServiceSpec): boolean => each.type !== "ExternalName";
  if (hasAddress(spec) && hasAddress(before)) {
    const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy } = before;
    const isOpen = !spec.clusterIP && (spec.clusterIPs ?? []).length === 0;
    kept = {
      ...(ipFamilies && { ipFamilies }),
      ...(ipFamilyPolicy && { ipFamilyPolicy }),
      ...kept,
      ...(isOpen && clusterIP && { clusterIP }),
      ...(isOpen && clusterIPs && { clusterIPs }),
    };
  }
  if (needsNodePorts(spec) && needsNodePorts(before) && kept.ports) {
    kept = { ...kept, ports: keepNodePorts(kept.ports, before.ports ?? []) };
  }
  const { healthCheckNodePort } = before;
  if (needsHealthCheckNodePort(spec) && needsHealthCheckNodePort(before) && healthCheckNodePort) {
    kept = { ...kept, healthCheckNodePort: kept.healthCheckNodePort || healthCheckNodePort };
  }
  return kept;
}

/** A port that is the same to clients keeps its node port, unless another port asks for that one. */
function keepNodePorts(
  ports: readonly ServicePort[],
  before: readonly ServicePort[],
): readonly ServicePort[] {
  const pair = ({ port, protocol = "TCP" }: ServicePort): string => `${protocol}/${port}`;
  const known = new Map(before.map((port) => [pair(port), port.nodePort]));
  const asked = new Set(ports.map(({ nodePort }) => nodePort));
  return ports.map((port) => {
    const nodePort = known.get(pair(port));
    return port.nodePort || !nodePort || asked.has(nodePort) ? port : { ...port, nodePort };
  });
}

/** What was right for the old type and came back unchanged is not asked for; what was changed is, and is refused. */
function dropOutdated(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  const outdated = new Set<keyof ServiceSpec>();
  const dropIfSame = (...fields: ReadonlyArray<keyof ServiceSpec>): void => {
    if (!fields.every((field) => isDeepStrictEqual(spec[field], before[field]))) return;
    for (const field of fields) outdated.add(field);
  };
  if (spec.type === "ExternalName" && before.type !== "ExternalName") {
    dropIfSame("clusterIP", "clusterIPs");
    dropIfSame("ipFamilies", "ipFamilyPolicy");
    dropIfSame("internalTrafficPolicy");
  }
  if (spec.type !== "LoadBalancer" && before.type === "LoadBalancer") {
    dropIfSame("allocateLoadBalancerNodePorts");
    dropIfSame("loadBalancerClass");
  }
  if (!isExternallyAccessible(spec)) dropIfSame("externalTrafficPolicy");
  if (!needsHealthCheckNodePort(spec)) dropIfSame("healthCheckNodePort");
  const kept: ServiceSpec = Object.fromEntries(
    Object.entries(spec).filter(([field]) => !(outdated as ReadonlySet<string>).has(field)),
  );
  const { ports } = kept;
  return ports && needsNodePorts(before) && !needsNodePorts(spec)
    ? { ...kept, ports: ports.map((port) => withoutKnownNodePort(port, before.ports ?? [])) }
    : kept;
}

function withoutKnownNodePort(port: ServicePort, before: readonly ServicePort[]): ServicePort {
  const { nodePort, ...rest } = port;
  return before.some((known) => known.nodePort === nodePort) ? rest : port;
}
