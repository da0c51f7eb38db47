import type { ConfigMap, Secret } from "../../api/objects/cluster.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { Environment } from "./environment/service-links.ts";
import type { ClusterResolver, ResolverConfig } from "./files/resolv-conf.ts";
import type { ImageStandIn } from "./kubelet-host.ts";
import type { MintToken } from "./volumes/token-keeper.ts";

/** What a node's pods have in common. */
export interface PodSurroundings {
  readonly nodeName: string;
  readonly nodeAddresses: readonly string[];
  readonly clusterDomain: string;
  /** Undefined when the cluster has no DNS. */
  readonly clusterResolver: ClusterResolver | undefined;
  readonly nodeResolver: ResolverConfig;
  /** Undefined: the built-in responder plays the container. */
  readonly standInFor: (image: string) => ImageStandIn | undefined;
  readonly linksFor: (pod: Pod) => Environment;
  readonly configMap: (namespace: string, name: string) => ConfigMap | undefined;
  readonly secret: (namespace: string, name: string) => Secret | undefined;
  readonly mintToken: MintToken;
}
