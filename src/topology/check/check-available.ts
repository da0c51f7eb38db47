/** What the YAML can say and this version cannot build yet: refused by name, before anything is built. */
import type { Plugin } from "../plugin.ts";
import type { Report } from "../problem.ts";
import type { ProxyMode } from "../proxy-options.ts";
import { at, problemAt, type Spot } from "../source.ts";
import type { Topology } from "../topology.ts";

/** Absent: everything of the language. */
export interface Available {
  readonly availablePlugins?: ReadonlyArray<Plugin["type"]>;
  readonly availableProxyModes?: readonly ProxyMode[];
}

/** @param spot of the topology's `spec`. */
export function checkAvailable(
  topology: Topology | undefined,
  { availablePlugins, availableProxyModes }: Available,
  spot: Spot,
  report: Report,
): void {
  if (topology === undefined) return;
  const { network, services, nodes } = topology;
  refuse("plugin", network.plugin.type, availablePlugins, at(spot, "network", "plugin"), report);
  refuse(
    "mode",
    services.proxy.mode,
    availableProxyModes,
    at(spot, "services", "proxy", "mode"),
    report,
  );
  for (const [index, { proxy }] of nodes.entries()) {
    if (proxy.mode === services.proxy.mode) continue;
    refuse(
      "mode",
      proxy.mode,
      availableProxyModes,
      at(spot, "nodes", index, "proxy", "mode"),
      report,
    );
  }
}

function refuse<T extends string>(
  what: string,
  chosen: T,
  available: readonly T[] | undefined,
  spot: Spot,
  report: Report,
): void {
  if (available === undefined || available.includes(chosen)) return;
  const hint = `${what}s that are: ${available.join(", ")}`;
  report(
    problemAt(spot, "TOPOLOGY_NOT_AVAILABLE", `${what} \`${chosen}\` is not available yet`, {
      hint,
    }),
  );
}
