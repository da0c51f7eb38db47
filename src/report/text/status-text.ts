import { renderTable } from "./table.ts";

/** The parts of a lab's status that the tables show; the lab's own type fits. */
export interface StatusTables {
  readonly nodes: ReadonlyArray<{
    readonly name: string;
    readonly addresses: readonly string[];
    readonly podCIDRs: readonly string[];
    readonly roles: readonly string[];
    readonly ready: boolean;
  }>;
  readonly hosts: ReadonlyArray<{ readonly name: string; readonly addresses: readonly string[] }>;
  readonly pods: ReadonlyArray<{
    readonly namespace: string;
    readonly name: string;
    readonly ready: string;
    readonly status: string;
    readonly restarts: number;
    readonly podIPs: readonly string[];
    readonly node: string;
    readonly runs: string;
  }>;
  readonly services: ReadonlyArray<{
    readonly namespace: string;
    readonly name: string;
    readonly type: string;
    readonly clusterIPs: readonly string[];
    readonly external: readonly string[];
    readonly ports: string;
    readonly endpoints: readonly string[];
  }>;
}

/** What `podwire ps` prints: machines, pods, services, with kubectl's column names where it has them. */
export function renderStatus({ nodes, hosts, pods, services }: StatusTables): string {
  const machines = [
    ...nodes.map(({ name, addresses, podCIDRs, roles, ready }) => [
      `node/${name}`,
      ready ? "Ready" : "NotReady",
      addresses.join(","),
      podCIDRs.join(","),
      roles.join(",") || "<none>",
    ]),
    ...hosts.map(({ name, addresses }) => [
      `host/${name}`,
      "",
      addresses.join(","),
      "",
      "outside the cluster",
    ]),
  ];
  const tables = [
    renderTable(["machine", "status", "address", "pod cidr", "roles"], machines),
    renderTable(
      ["namespace", "pod", "ready", "status", "restarts", "ip", "node", "runs"],
      pods.map(({ namespace, name, ready, status, restarts, podIPs, node, runs }) => [
        namespace,
        name,
        ready,
        status,
        String(restarts),
        podIPs.join(",") || "<none>",
        node,
        runs,
      ]),
    ),
    renderServices(services),
  ];
  return tables.join("\n");
}

/** What is outside has a column only where there is something. */
function renderServices(services: StatusTables["services"]): string {
  const isOutside = services.some(({ external }) => external.length > 0);
  return renderTable(
    [
      ...["namespace", "service", "type", "cluster-ip"],
      ...(isOutside ? ["external-ip"] : []),
      ...["port(s)", "endpoints"],
    ],
    services.map(({ namespace, name, type, clusterIPs, external, ports, endpoints }) => [
      ...[namespace, name, type, clusterIPs.join(",") || "<none>"],
      ...(isOutside ? [external.join(",") || "<none>"] : []),
      ...[ports, shorten(endpoints)],
    ]),
  );
}

/** As `kubectl get endpoints` shortens a list: three, then how many more. */
function shorten(endpoints: readonly string[]): string {
  if (endpoints.length === 0) return "<none>";
  const shown = endpoints.slice(0, 3).join(",");
  return endpoints.length > 3 ? `${shown} + ${endpoints.length - 3} more...` : shown;
}
