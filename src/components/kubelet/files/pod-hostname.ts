import type { Pod } from "../../../api/objects/pod.ts";

export interface PodHostname {
  readonly hostname: string;
  /** `web-0.nginx.default.svc.cluster.local`; undefined without `subdomain`. */
  readonly fqdn: string | undefined;
  /** What `hostname` prints in the pod: the full name where the pod asks for it. */
  readonly kernelName: string;
}

/** DNS-1123: as long as a label of a name may be. */
const longestLabel = 63;

/** A pod in the node's network has the node's name. */
export function podHostname(pod: Pod, nodeName: string, clusterDomain: string): PodHostname {
  const { metadata, spec } = pod;
  if (spec.hostNetwork === true) {
    return { hostname: nodeName, fqdn: undefined, kernelName: nodeName };
  }
  const hostname = spec.hostname ?? metadata.name.slice(0, longestLabel).replace(/[-.]+$/, "");
  const fqdn =
    spec.subdomain === undefined
      ? undefined
      : `${hostname}.${spec.subdomain}.${metadata.namespace ?? ""}.svc.${clusterDomain}`;
  const kernelName = spec.setHostnameAsFQDN === true ? (fqdn ?? hostname) : hostname;
  return { hostname, fqdn, kernelName };
}
