/**
 * What a KubeProxyConfiguration says that cannot be, after the real one's own validation.
 *
 * @see pkg/proxy/apis/config/validation/validation.go
 */

import type { RawProxy } from "../raw/raw-proxy.ts";
import type { Written } from "../raw/written.ts";
import { parseDurationMs } from "../scalars.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt } from "../source/source.ts";

/** `raw` is what counts in the end: a node's own over the cluster's. */
export function checkProxy({ raw, spot }: Written<RawProxy>, report: Report): void {
  for (const { path, message, hint } of [
    ...detectorFaults(raw),
    ...nodePortFaults(raw),
    ...periodFaults(raw),
  ]) {
    report(problemAt(at(spot, ...path), "TOPOLOGY_BAD_VALUE", message, { hint }));
  }
}

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/** Linux gives a device's name 15 characters. */
const LONGEST_NAME = 15;

const detectors = [
  { mode: "BridgeInterface", field: "bridgeInterface", example: "cni0" },
  { mode: "InterfaceNamePrefix", field: "interfaceNamePrefix", example: "veth" },
] as const;

function detectorFaults({ detectLocalMode, detectLocal }: RawProxy): readonly Fault[] {
  const used = detectors.find(({ mode }) => mode === detectLocalMode);
  if (used === undefined) return [];
  const { mode, field, example } = used;
  const name = detectLocal?.[field];
  const { length } = name ?? "";
  if (length > 0 && length <= LONGEST_NAME) return [];
  const complaint =
    length === 0 ? `must be given for ${mode}` : `must have ${LONGEST_NAME} characters at most`;
  return [
    {
      path: name === undefined ? ["detectLocalMode"] : ["detectLocal", field],
      message: `detectLocal.${field}: ${complaint}`,
      hint: `write detectLocal: {${field}: ${example}}, or as the pods' network names it`,
    },
  ];
}

function nodePortFaults({ nodePortAddresses }: RawProxy): readonly Fault[] {
  const addresses = nodePortAddresses ?? [];
  if (!addresses.includes("primary") || addresses.length === 1) return [];
  const message = "nodePortAddresses: primary stands alone";
  return [{ path: ["nodePortAddresses"], message, hint: "write [primary], or blocks only" }];
}

function periodFaults(raw: RawProxy): readonly Fault[] {
  return (["iptables", "nftables", "ipvs"] as const).flatMap((mode) => {
    const { syncPeriod = "0s", minSyncPeriod = "0s" } = raw[mode] ?? {};
    // 0 is the default: 30 s.
    const longest = parseDurationMs(syncPeriod) || 30_000;
    if ((parseDurationMs(minSyncPeriod) ?? 0) <= longest) return [];
    const message = `${mode}.minSyncPeriod ${minSyncPeriod}: is longer than syncPeriod`;
    return [{ path: [mode, "minSyncPeriod"], message, hint: "write a shorter one" }];
  });
}
