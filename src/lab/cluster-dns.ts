/** The cluster's DNS, as part of what a lab is made from. */
import { existsSync } from "node:fs";
import type { AnyObject } from "../api/objects/kinds.ts";
import { clusterDnsObjects } from "../components/coredns/objects.ts";
import { coreDnsVersion } from "../kernel/coredns/find-coredns.ts";
import type { ImageStandIn, Topology } from "../topology/topology.ts";

interface Plan {
  readonly topology: Topology;
  readonly objects: readonly AnyObject[];
}

const image = `registry.k8s.io/coredns/coredns:v${coreDnsVersion}`;

/** For names that the cluster forwards by TLS. */
const certificates = "/etc/ssl/certs";

/**
 * Adds the cluster's DNS, and says what CoreDNS's image is. Nothing where the topology does without.
 *
 * @param coreDns finds the program; asked only when one is needed.
 */
export function withClusterDns<T extends Plan>(plan: T, coreDns: () => string): T {
  const { topology, objects } = plan;
  if (!topology.dns.enabled) return plan;
  const images = [...topology.images, standIn(topology, coreDns())];
  // Last, so that what the files have gets the names and addresses that it would get without.
  const all = [...objects, ...missingDnsObjects(topology, objects)];
  return { ...plan, topology: { ...topology, images }, objects: all };
}

/** What kubeadm would apply, except for what the manifests have of it. */
export function missingDnsObjects(
  { dns }: Topology,
  objects: readonly AnyObject[],
): readonly AnyObject[] {
  if (!dns.enabled) return [];
  const given = new Set(objects.map(keyOf));
  return clusterDnsObjects({ ...dns, image }).filter((object) => !given.has(keyOf(object)));
}

/** Of any release and registry: it is the only CoreDNS there is. */
function standIn({ location }: Topology, coreDns: string): ImageStandIn {
  const files = [
    { source: coreDns, mountPath: "/coredns", access: "read-only" as const },
    ...(existsSync(certificates)
      ? [{ source: certificates, mountPath: certificates, access: "read-only" as const }]
      : []),
  ];
  return {
    image: "*coredns/coredns:*",
    location,
    command: ["/coredns"],
    env: [],
    root: { type: "files", files },
  };
}

function keyOf({ kind, metadata: { namespace = "", name } }: AnyObject): string {
  return `${kind} ${namespace}/${name}`;
}
