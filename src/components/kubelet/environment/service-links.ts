/**
 * Service discovery by environment, as Docker's links had it: what a container finds
 * when it asks nobody, and only for Services that were there when it started.
 *
 *     REDIS_SERVICE_HOST=10.106.221.98        REDIS_PORT=tcp://10.106.221.98:6379
 *     REDIS_SERVICE_PORT=6379                 REDIS_PORT_6379_TCP=tcp://10.106.221.98:6379
 *     REDIS_SERVICE_PORT_REDIS_SERVICE=6379   REDIS_PORT_6379_TCP_{PROTO,PORT,ADDR}
 *
 * @see kubernetes/kubernetes pkg/kubelet/envvars
 */
import type { Service, ServicePort } from "../../../api/objects/service.ts";
import { formatSocketAddress } from "../../../net/ip-address.ts";

export type Environment = Readonly<Record<string, string>>;

/** The Service through which pods reach the API server: every pod is told of it. */
const master = { namespace: "default", name: "kubernetes" };

/** Which Services a pod of `namespace` is told of; its own namespace's only when it wants links. */
export function linkedServices(
  services: readonly Service[],
  namespace: string,
  links: "all" | "none",
): readonly Service[] {
  const byName = new Map<string, Service>();
  for (const service of services) {
    if (!hasClusterIP(service)) continue;
    const { name, namespace: home } = service.metadata;
    const isOwn = home === namespace && links === "all";
    const isMaster = home === master.namespace && name === master.name;
    // A namespace may have a `kubernetes` of its own, which then wins.
    if (isOwn || (isMaster && !byName.has(name))) byName.set(name, service);
  }
  return [...byName.values()];
}

export function serviceLinks(services: readonly Service[]): Environment {
  return Object.fromEntries(services.flatMap(linksOf));
}

function linksOf({ metadata, spec }: Service): ReadonlyArray<readonly [string, string]> {
  const prefix = variableName(metadata.name);
  const { clusterIP = "", ports = [] } = spec;
  const [first] = ports;
  if (first === undefined) return [];
  return [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap(({ name = "", port }) =>
      name === "" ? [] : [[`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)] as const],
    ),
    [`${prefix}_PORT`, urlOf(clusterIP, first)],
    ...ports.flatMap((port) => dockerLinks(prefix, clusterIP, port)),
  ];
}

function dockerLinks(
  prefix: string,
  clusterIP: string,
  servicePort: ServicePort,
): ReadonlyArray<readonly [string, string]> {
  const { port, protocol = "TCP" } = servicePort;
  const name = `${prefix}_PORT_${port}_${protocol}`;
  return [
    [name, urlOf(clusterIP, servicePort)],
    [`${name}_PROTO`, protocol.toLowerCase()],
    [`${name}_PORT`, String(port)],
    [`${name}_ADDR`, clusterIP],
  ];
}

function urlOf(clusterIP: string, { port, protocol = "TCP" }: ServicePort): string {
  return `${protocol.toLowerCase()}://${formatSocketAddress(clusterIP, port)}`;
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** Headless Services and ExternalNames have none. */
function hasClusterIP({ spec: { clusterIP = "" } }: Service): boolean {
  return clusterIP !== "" && clusterIP !== "None";
}
