/**
 * What kube-proxy is told: `services.proxy` of the topology or one KubeProxyConfiguration, which
 * may stand in any of the files, unless whoever runs the command says otherwise.
 */

import { checkConfiguredMode } from "../check/check-matrix.ts";
import { checkProxy } from "../check/check-proxy.ts";
import { ManifestReader } from "../manifests/manifest-reader.ts";
import type { ProxyMode, ProxyOptions } from "../proxy-options.ts";
import type { RawProxy } from "../raw/raw-proxy.ts";
import type { Written } from "../raw/written.ts";
import { readPathDocuments } from "../source/documents.ts";
import { displayName } from "../source/files.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt } from "../source/source.ts";
import type { Topology } from "../topology.ts";
import { overrideProxy, resolveProxy } from "./resolve-proxy.ts";
import type { ResolvedTopology } from "./resolve-topology.ts";

export interface ChooseProxyOptions {
  /** A file with a KubeProxyConfiguration, in place of whatever the other files say. */
  readonly proxyConfig?: string | undefined;
  /** In place of the mode that the files say. */
  readonly proxyMode?: ProxyMode | undefined;
}

interface Sources {
  /** With all manifests read. */
  readonly reader: ManifestReader;
  readonly resolved: ResolvedTopology | undefined;
  readonly report: Report;
}

/** As written; undefined when nobody says anything. */
export function chooseProxy(
  sources: Sources,
  { proxyConfig, proxyMode }: ChooseProxyOptions,
): RawProxy | undefined {
  const { reader, resolved, report } = sources;
  reportTwoProxies(sources);
  const written =
    proxyConfig === undefined
      ? (resolved?.proxy ?? reader.proxy)
      : readProxyConfig(proxyConfig, reader, report);
  if (written !== undefined && written === reader.proxy) {
    checkConfiguredMode(written, { matrix: resolved?.matrix ?? {}, proxyMode }, report);
  }
  checkProxies(written, resolved, report);
  return proxyMode === undefined ? written?.raw : { ...written?.raw, mode: proxyMode };
}

function checkProxies(
  written: Written<RawProxy> | undefined,
  resolved: ResolvedTopology | undefined,
  report: Report,
): void {
  if (written !== undefined) checkProxy(written, report);
  for (const { raw, spot } of resolved?.nodeProxies.values() ?? []) {
    checkProxy({ raw: overrideProxy(written?.raw ?? {}, raw), spot }, report);
  }
}

/** What a node says of its own stays, but for a mode that the options give. */
export function withProxy(
  { topology, nodeProxies }: ResolvedTopology,
  proxy: RawProxy | undefined,
  { proxyMode }: ChooseProxyOptions,
): Topology | undefined {
  if (topology === undefined || proxy === undefined) return topology;
  const { services, network } = topology;
  const resolve = (raw: RawProxy): ProxyOptions => resolveProxy(raw, network.podCIDRs);
  const mode = proxyMode === undefined ? {} : { mode: proxyMode };
  return {
    ...topology,
    nodes: topology.nodes.map((node) => {
      const own = overrideProxy(proxy, nodeProxies.get(node.name)?.raw);
      return { ...node, proxy: resolve({ ...own, ...mode }) };
    }),
    services: { ...services, proxy: resolve(proxy) },
  };
}

function readProxyConfig(
  file: string,
  { files }: ManifestReader,
  report: Report,
): Written<RawProxy> | undefined {
  const reader = new ManifestReader(files, report);
  const documents = readPathDocuments(file, files, report);
  for (const document of documents) reader.readDocument(document, undefined);
  const [document] = documents;
  if (reader.proxy === undefined && document !== undefined) {
    const message = `${displayName(file)}: has no KubeProxyConfiguration`;
    const hint = "write kind: KubeProxyConfiguration, as kubeadm's ConfigMap has it";
    report(problemAt(document.spot, "TOPOLOGY_DOCUMENTS", message, { hint }));
  }
  return reader.proxy;
}

function reportTwoProxies({ reader, resolved, report }: Sources): void {
  const inTopology = resolved?.proxy !== undefined;
  for (const { spot } of reader.proxies.slice(inTopology ? 0 : 1)) {
    const other = inTopology ? "services.proxy" : "another document";
    const message = `KubeProxyConfiguration: ${other} configures kube-proxy already`;
    const place = at(spot, "kind");
    report(problemAt(place, "TOPOLOGY_DOCUMENTS", message, { hint: "keep one of them" }));
  }
}
