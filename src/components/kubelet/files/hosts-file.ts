import type { PodSpec } from "../../../api/objects/pod.ts";
import type { PodHostname } from "./pod-hostname.ts";

const header = [
  "# Kubernetes-managed hosts file.",
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::0\tip6-localnet",
  "fe00::0\tip6-mcastprefix",
  "fe00::1\tip6-allnodes",
  "fe00::2\tip6-allrouters",
];

/** /etc/hosts of a pod, line for line as kubelet writes it. */
export function renderHostsFile(
  podIPs: readonly string[],
  { hostname, fqdn }: Pick<PodHostname, "hostname" | "fqdn">,
  hostAliases: PodSpec["hostAliases"] = [],
): string {
  const names = fqdn === undefined ? hostname : `${fqdn}\t${hostname}`;
  const own = podIPs.map((ip) => `${ip}\t${names}`);
  const aliases = hostAliases.map(({ ip, hostnames = [] }) => [ip, ...hostnames].join("\t"));
  const added = aliases.length === 0 ? [] : ["", "# Entries added by HostAliases.", ...aliases];
  return `${[...header, ...own, ...added].join("\n")}\n`;
}
