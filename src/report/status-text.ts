import { renderTable } from "./table.ts";

/** The parts of a lab's status that the tables show; the lab's own type fits. */
export interface StatusTables {
  readonly nodes: ReadonlyArray<{
    readonly name: string;
    readonly address: string;
    readonly podCIDR: string;
    readonly roles: readonly string[];
    readonly ready: boolean;
  }>;
  readonly hosts: ReadonlyArray<{ readonly name: string; readonly address: string }>;
  readonly pods: ReadonlyArray<{
    readonly namespace: string;
    readonly name: string;
    readonly ready: string;
    readonly status: string;
    readonly restarts: number;
    readonly podIP: string;
    readonly node: string;
    readonly runs: string;
  }>;
  readonly services: ReadonlyArray<{
    readonly namespace: string;
    readonly name: string;
    readonly type: string;
    readonly clusterIP: string;
    readonly ports: string;
    readonly endpoints: readonly string[];
  }>;
}

/** What `podwire ps` prints: machines, pods, services, with kubectl's column names where it has them. */
export function renderStatus({ nodes, hosts, pods, services }: StatusTables): string {
  const machines = [
    ...nodes.map(({ name, address, podCIDR, roles, ready }) => [
      `node/${name}`,
      ready ? "Ready" : "NotReady",
      address,
      podCIDR,
      roles.join(",") || "<none>",
    ]),
    ...hosts.map(({ name, address }) => [`host/${name}`, "", address, "", "outside the cluster"]),
  ];
  const tables = [
    renderTable(["machine", "status", "address", "pod cidr", "roles"], machines),
    renderTable(
      ["namespace", "pod", "ready", "status", "restarts", "ip", "node", "runs"],
      pods.map(({ namespace, name, ready, status, restarts, podIP, node, runs }) => [
        namespace,
        name,
        ready,
        status,
        String(restarts),
        podIP,
        node,
        runs,
      ]),
    ),
    renderTable(
      ["namespace", "service", "type", "cluster-ip", "port(s)", "endpoints"],
      services.map(({ namespace, name, type, clusterIP, ports, endpoints }) => [
        namespace,
        name,
        type,
        clusterIP,
        ports,
        shorten(endpoints),
      ]),
    ),
  ];
  return tables.join("\n");
}

/** As `kubectl get endpoints` shortens a list: three, then how many more. */
function shorten(endpoints: readonly string[]): string {
  if (endpoints.length === 0) return "<none>";
  const shown = endpoints.slice(0, 3).join(",");
  return endpoints.length > 3 ? `${shown} + ${endpoints.length - 3} more...` : shown;
}
