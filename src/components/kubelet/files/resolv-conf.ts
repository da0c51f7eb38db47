import type { Pod, PodSpec } from "../../../api/objects/pod.ts";

/** What a resolv.conf says. */
export interface ResolverConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** `ndots:5`, or the bare name of an option without value. */
  readonly options: readonly string[];
}

export interface ClusterResolver {
  /** The ClusterIP of kube-dns. */
  readonly address: string;
  readonly clusterDomain: string;
}

// What validation allows, and what libc reads.
const mostNameservers = 3;
const mostSearches = 32;
const longestSearchLine = 2_048;

const empty: ResolverConfig = { nameservers: [], searches: [], options: [] };

/**
 * What the pod's `dnsPolicy` and `dnsConfig` make of the cluster's resolver and the node's.
 *
 * @param cluster undefined when the cluster has no DNS: such pods then resolve as their node does.
 */
export function podResolver(
  pod: Pod,
  node: ResolverConfig,
  cluster: ClusterResolver | undefined,
): ResolverConfig {
  const base = baseFor(pod, node, cluster);
  const { nameservers = [], searches = [], options = [] } = pod.spec.dnsConfig ?? {};
  return {
    nameservers: unique([...base.nameservers, ...nameservers]).slice(0, mostNameservers),
    searches: fitting(unique([...base.searches, ...searches])),
    options: mergeOptions(base.options, options),
  };
}

/** In containerd's order. */
export function renderResolvConf({ nameservers, searches, options }: ResolverConfig): string {
  return [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}\n`] : []),
    ...nameservers.map((address) => `nameserver ${address}\n`),
    ...(options.length > 0 ? [`options ${options.join(" ")}\n`] : []),
  ].join("");
}

function baseFor(
  { metadata, spec }: Pod,
  node: ResolverConfig,
  cluster: ClusterResolver | undefined,
): ResolverConfig {
  const { dnsPolicy = "ClusterFirst", hostNetwork = false } = spec;
  if (dnsPolicy === "None") return empty;
  const wantsCluster =
    dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
  if (!wantsCluster || cluster === undefined) return node;
  const { address, clusterDomain } = cluster;
  const own = [
    `${metadata.namespace ?? ""}.svc.${clusterDomain}`,
    `svc.${clusterDomain}`,
    clusterDomain,
  ];
  return {
    nameservers: [address],
    searches: unique([...own, ...node.searches]),
    options: ["ndots:5"],
  };
}

type DnsOption = NonNullable<NonNullable<PodSpec["dnsConfig"]>["options"]>[number];

/** The pod's own win over those of the same name. */
function mergeOptions(base: readonly string[], own: readonly DnsOption[]): readonly string[] {
  const nameOf = (option: string): string => option.split(":", 1)[0] ?? option;
  const byName = new Map(base.map((option) => [nameOf(option), option]));
  for (const { name = "", value = "" } of own) {
    byName.set(name, value === "" ? name : `${name}:${value}`);
  }
  return [...byName.values()];
}

/** As many search domains, from the first, as the limits allow. */
function fitting(searches: readonly string[]): readonly string[] {
  const kept = searches.slice(0, mostSearches);
  while (kept.join(" ").length > longestSearchLine) kept.pop();
  return kept;
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
