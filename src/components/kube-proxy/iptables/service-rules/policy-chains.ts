/**
 * The chains between capture and endpoint: who may come in (KUBE-FW), who is
 * masqueraded and which policy holds (KUBE-EXT), and the masquerade rule that stands
 * first in the chain of the ClusterIP. All of them live in nat.
 */
import { allowedSources } from "../../model/services/source-ranges.ts";
import type { IptablesSettings } from "../settings.ts";
import { destinationMatch, ifLocal, ifNotLocal, phraseComment } from "../text/fragments.ts";
import type { RuleLines } from "../text/rule-lines.ts";
import type { Verdicts } from "./verdicts.ts";

/** Adds a rule: traffic to the ClusterIP that no pod of ours sent is masqueraded, because its answer must come back this way. */
export function addClusterIPMasquerade(
  lines: RuleLines,
  { port, hasInternal, internalChain }: Verdicts,
  { masqueradeAll, detector }: IptablesSettings,
): void {
  if (!hasInternal || !(masqueradeAll || detector !== undefined)) return;
  const text = phraseComment(`${port.name} cluster IP`);
  const match = destinationMatch(port.protocol, port.clusterIP, port.port);
  const senders = masqueradeAll || detector === undefined ? "" : ` ${ifNotLocal(detector)}`;
  lines.nat.push(`-A ${internalChain} ${text} ${match}${senders} -j KUBE-MARK-MASQ`);
}

export function addExternalChain(
  lines: RuleLines,
  verdicts: Verdicts,
  settings: IptablesSettings,
): void {
  const { chains, usesExternalChain, hasExternal, externalPolicyChain, port } = verdicts;
  if (!usesExternalChain) return;
  const { external } = chains;
  lines.chains.push(external);
  if (port.externalPolicyLocal) addShortCircuit(lines, verdicts, settings);
  else {
    const text = phraseComment(`masquerade traffic for ${port.name} external destinations`);
    lines.nat.push(`-A ${external} ${text} -j KUBE-MARK-MASQ`);
  }
  if (hasExternal) lines.nat.push(`-A ${external} -j ${externalPolicyChain}`);
}

/** Under policy Local, pods and the node itself still reach every endpoint: nobody's source address is at stake. */
function addShortCircuit(
  lines: RuleLines,
  { port, chains: { external, cluster } }: Verdicts,
  { detector }: IptablesSettings,
): void {
  const destinations = `for ${port.name} external destinations`;
  const fromNode = "-m addrtype --src-type LOCAL";
  if (detector !== undefined) {
    const text = phraseComment(`pod traffic ${destinations}`);
    lines.nat.push(`-A ${external} ${text} ${ifLocal(detector)} -j ${cluster}`);
  }
  lines.nat.push(
    `-A ${external} ${phraseComment(`masquerade LOCAL traffic ${destinations}`)} ${fromNode} -j KUBE-MARK-MASQ`,
    `-A ${external} ${phraseComment(`route LOCAL traffic ${destinations}`)} ${fromNode} -j ${cluster}`,
  );
}

export function addFirewallChain(
  lines: RuleLines,
  { port, chains: { firewall, external }, usesFirewallChain }: Verdicts,
  { nodeIP }: IptablesSettings,
): void {
  if (!usesFirewallChain) return;
  const text = phraseComment(`${port.name} loadbalancer IP`);
  lines.chains.push(firewall);
  for (const source of allowedSources(port, nodeIP)) {
    lines.nat.push(`-A ${firewall} ${text} -s ${source} -j ${external}`);
  }
  lines.nat.push(
    `-A ${firewall} ${phraseComment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`)}`,
  );
}
