import { isNodeReady } from "../../api/nodes/node-state.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { Service } from "../../api/objects/service.ts";
import { podAddresses, serviceNameLabel } from "../../api/services/service-endpoints.ts";
import type { Store } from "../../api/store/store.ts";
import { formatCidr } from "../../net/cidr.ts";
import { formatSocketAddress } from "../../net/ip-address.ts";
import { standInFor, type Topology } from "../../topology/topology.ts";
import { kubeconfigPath } from "../api/kubeconfig-file.ts";
import type { LiveLab } from "../live/live-lab.ts";
import type { LabStatus, PodStatusLine, ServiceStatus } from "../status.ts";

/** The lab as `podwire ps` and `ls` show it. */
export function statusOf(
  { name, request, cluster: { store }, startedAt, readyAfterMs, components }: LiveLab,
  pid: number,
): LabStatus {
  const { topology, file, scenarios } = request;
  return {
    name,
    pid,
    file,
    kubeconfig: kubeconfigPath(pid),
    startedAt: startedAt.toISOString(),
    readyAfterMs,
    network: topology.network.plugin.type,
    proxyMode: topology.services.proxy.mode,
    nodes: topology.nodes.map((node) => ({
      name: node.name,
      address: node.address,
      addresses: node.addresses,
      podCIDR: formatCidr(node.podCIDR),
      podCIDRs: node.podCIDRs.map(formatCidr),
      roles: node.roles,
      ready: isReady(store.get("Node", { namespace: "", name: node.name })),
    })),
    hosts: topology.hosts.map(({ name, address, addresses }) => ({ name, address, addresses })),
    pods: store.list("Pod").map((pod) => podLine(pod, topology)),
    services: store.list("Service").map((service) => serviceLine(service, store)),
    scenarios: scenarios.map((scenario) => scenario.name),
    components,
  };
}

function isReady(node: Node | undefined): boolean {
  return node !== undefined && isNodeReady(node);
}

function podLine(pod: Pod, { images }: Topology): PodStatusLine {
  const { metadata, spec, status } = pod;
  const statuses = status?.containerStatuses ?? [];
  const waiting = statuses.flatMap(({ state }) => state.waiting?.reason ?? []);
  const isEnding = metadata.deletionTimestamp !== undefined;
  const programs = spec.containers.map(
    ({ image = "" }) => standInFor(images, image)?.command.join(" ") ?? "responder",
  );
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    ready: `${statuses.filter(({ ready }) => ready).length}/${spec.containers.length}`,
    status: isEnding ? "Terminating" : (waiting[0] ?? status?.phase ?? "Pending"),
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    podIP: status?.podIP ?? "<none>",
    podIPs: podAddresses(pod),
    node: spec.nodeName ?? "<none>",
    runs: [...new Set(programs)].join(", "),
  };
}

function serviceLine({ metadata, spec, status }: Service, store: Store): ServiceStatus {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol = "TCP" }) =>
    nodePort === undefined ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`,
  );
  const endpoints = store
    .list("EndpointSlice", metadata.namespace)
    .filter(({ metadata: { labels } }) => labels?.[serviceNameLabel] === metadata.name)
    .flatMap((slice) =>
      slice.endpoints
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses: [address = ""] }) =>
          slice.ports.map(({ port = 0 }) => formatSocketAddress(address, port)),
        ),
    );
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    type: spec.type ?? "ClusterIP",
    clusterIP: spec.clusterIP ?? "<none>",
    clusterIPs: spec.clusterIPs ?? [],
    external: [
      ...(status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []),
      ...(spec.externalIPs ?? []),
      ...(spec.type === "ExternalName" ? [spec.externalName ?? ""] : []),
    ],
    ports: ports.join(",") || "<none>",
    endpoints: [...new Set(endpoints)].sort(),
  };
}
