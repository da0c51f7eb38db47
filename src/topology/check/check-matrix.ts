import type { ProxyMode } from "../proxy-options.ts";
import type { RawNetwork, RawServices } from "../raw/raw-network.ts";
import type { RawProxy } from "../raw/raw-proxy.ts";
import type { Written } from "../raw/written.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type Spot } from "../source/source.ts";
import type { Matrix } from "../variants.ts";

interface Surroundings {
  readonly network: Written<RawNetwork> | undefined;
  readonly services: Written<RawServices> | undefined;
}

/** A variant twice, and what would never count beside the matrix. */
export function checkMatrix(
  { raw, spot }: Written<Matrix>,
  { network, services }: Surroundings,
  report: Report,
): void {
  for (const key of ["network", "proxyMode"] as const) {
    checkTwice(raw[key] ?? [], at(spot, key), report);
  }
  if (raw.network !== undefined && network?.raw.plugin !== undefined) {
    reportBoth("plugin", "matrix.network", at(network.spot, "plugin"), report);
  }
  if (raw.proxyMode !== undefined && services?.raw.proxy?.mode !== undefined) {
    reportBoth("mode", "matrix.proxyMode", at(services.spot, "proxy", "mode"), report);
  }
}

/** The mode of a KubeProxyConfiguration that is obeyed but for that. */
export function checkConfiguredMode(
  { raw: { mode = "" }, spot }: Written<RawProxy>,
  { matrix, proxyMode }: { readonly matrix: Matrix; readonly proxyMode: ProxyMode | undefined },
  report: Report,
): void {
  // As kubeadm leaves it: nothing is said.
  if (mode === "") return;
  const place = at(spot, "mode");
  if (matrix.proxyMode !== undefined) reportBoth("mode", "matrix.proxyMode", place, report);
  else if (proxyMode !== undefined && proxyMode !== mode) {
    const message = `mode ${mode}: does not count: ${proxyMode} was chosen in its place`;
    report(problemAt(place, "TOPOLOGY_SUSPECT", message, { severity: "warning" }));
  }
}

function checkTwice(values: readonly string[], spot: Spot, report: Report): void {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) === index) continue;
    const message = `${value}: is in the list already`;
    const hint = "remove one of them";
    report(problemAt(at(spot, index), "TOPOLOGY_DUPLICATE_NAME", message, { hint }));
  }
}

function reportBoth(what: string, where: string, spot: Spot, report: Report): void {
  const message = `${what}: never counts beside ${where}`;
  const hint = `keep one of them; what is here may be one of ${where}`;
  report(problemAt(spot, "TOPOLOGY_BAD_VALUE", message, { target: "key", hint }));
}
