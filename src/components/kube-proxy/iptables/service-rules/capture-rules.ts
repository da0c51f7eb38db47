/**
 * The rules that catch traffic to a service port's addresses: in nat towards its
 * chains, in filter into refusal. Every sync writes them for every Service.
 *
 * With externalTrafficPolicy Local and no endpoint on this node a port has both
 * kinds. KUBE-EXT then serves only pods and the node itself; all others fall off its
 * end untranslated and meet the DROP in filter.
 */
import type { IpAddress } from "../../../../net/ip-address.ts";
import { counterMatch } from "../fixed-rules/fixed-rules.ts";
import type { IptablesSettings } from "../settings.ts";
import { destinationMatch, phraseComment, protocolMatch, wordComment } from "../text/fragments.ts";
import { addCapture, type RuleLines } from "../text/rule-lines.ts";
import type { Verdicts } from "./verdicts.ts";

export function addCaptureRules(
  lines: RuleLines,
  verdicts: Verdicts,
  settings: IptablesSettings,
): void {
  addClusterIPRules(lines, verdicts);
  addExternalIPRules(lines, verdicts);
  addLoadBalancerRules(lines, verdicts);
  addNodePortRules(lines, verdicts, settings);
  addHealthCheckRule(lines, verdicts);
}

function addClusterIPRules(lines: RuleLines, verdicts: Verdicts): void {
  const { port, hasInternal, internalChain, refusal } = verdicts;
  const match = destinationMatch(port.protocol, port.clusterIP, port.port);
  const rule = (text: string, target: string): string =>
    `-A KUBE-SERVICES ${phraseComment(text)} ${match} -j ${target}`;
  if (hasInternal) addCapture(lines, rule(`${port.name} cluster IP`, internalChain));
  else lines.filter.push(rule(refusal.comment, refusal.target));
}

function addExternalIPRules(lines: RuleLines, verdicts: Verdicts): void {
  const { port, chains } = verdicts;
  for (const address of port.externalIPs) {
    captureAddress(lines, verdicts, { what: "external IP", address, chain: chains.external });
  }
  for (const address of port.externalIPs) refuseAddress(lines, verdicts, address);
}

function addLoadBalancerRules(lines: RuleLines, verdicts: Verdicts): void {
  const { port, chains, loadBalancerChain, usesFirewallChain } = verdicts;
  for (const address of port.loadBalancerVIPs) {
    captureAddress(lines, verdicts, {
      what: "loadbalancer IP",
      address,
      chain: loadBalancerChain,
    });
  }
  for (const address of usesFirewallChain ? port.loadBalancerVIPs : []) {
    const text = phraseComment(`${port.name} traffic not accepted by ${chains.firewall}`);
    const match = destinationMatch(port.protocol, address, port.port);
    lines.filter.push(`-A KUBE-PROXY-FIREWALL ${text} ${match} -j DROP`);
  }
  for (const address of port.loadBalancerVIPs) refuseAddress(lines, verdicts, address);
}

function addNodePortRules(lines: RuleLines, verdicts: Verdicts, settings: IptablesSettings): void {
  const { port, endpoints, chains, hasExternal, refusal } = verdicts;
  if (port.nodePort === undefined) return;
  const name = wordComment(port.name);
  const protocol = protocolMatch(port.protocol);
  const dport = `--dport ${port.nodePort}`;
  const counter = settings.localhostNodePorts
    ? counterMatch(settings, "localhost_nps_accepted_pkts")
    : "";
  if (endpoints.hasAny) {
    const [head, onward] = [`-A KUBE-NODEPORTS ${name} ${protocol}`, `-j ${chains.external}`];
    // It only counts who still uses localhost; both lead to the same chain.
    if (counter !== "") addCapture(lines, `${head} -d 127.0.0.0/8 ${dport}${counter} ${onward}`);
    addCapture(lines, `${head} ${dport} ${onward}`);
  }
  if (!hasExternal) {
    const text = phraseComment(refusal.comment);
    lines.filter.push(
      `-A KUBE-EXTERNAL-SERVICES ${text} -m addrtype --dst-type LOCAL ${protocol} ${dport} -j ${refusal.target}`,
    );
  }
}

/** The answer of the health check says which nodes have endpoints, so it must pass whatever firewall stands behind. */
function addHealthCheckRule(lines: RuleLines, { port }: Verdicts): void {
  if (port.healthCheckNodePort === undefined) return;
  const text = phraseComment(`${port.name} health check node port`);
  lines.filter.push(
    `-A KUBE-NODEPORTS ${text} -m tcp -p tcp --dport ${port.healthCheckNodePort} -j ACCEPT`,
  );
}

function captureAddress(
  lines: RuleLines,
  { port, endpoints }: Verdicts,
  {
    what,
    address,
    chain,
  }: { readonly what: string; readonly address: IpAddress; readonly chain: string },
): void {
  if (!endpoints.hasAny) return;
  const match = destinationMatch(port.protocol, address, port.port);
  addCapture(
    lines,
    `-A KUBE-SERVICES ${phraseComment(`${port.name} ${what}`)} ${match} -j ${chain}`,
  );
}

function refuseAddress(
  lines: RuleLines,
  { port, hasExternal, refusal }: Verdicts,
  address: IpAddress,
): void {
  if (hasExternal) return;
  const match = destinationMatch(port.protocol, address, port.port);
  lines.filter.push(
    `-A KUBE-EXTERNAL-SERVICES ${phraseComment(refusal.comment)} ${match} -j ${refusal.target}`,
  );
}
