/**
 * The chains between capture and endpoint: who may come in (KUBE-FW), who is
 * masqueraded and which policy holds (KUBE-EXT), and the masquerade rule that stands
 * first in the chain of the ClusterIP. All of them live in nat.
 */
import { allowedSources } from "../model/source-ranges.ts";
import { destinationMatch, ifLocal, ifNotLocal, phraseComment } from "./fragments.ts";
import type { IptablesSettings } from "./settings.ts";
import type { Verdicts } from "./verdicts.ts";

/** Rules, and the chains that they need, in the order in which they are met. */
export interface ChainRules {
  readonly chains: readonly string[];
  readonly rules: readonly string[];
}

/** Traffic to the ClusterIP that no pod of ours sent: its answer must come back this way, so it is masqueraded. */
export function clusterIPMasquerade(
  { port, hasInternal, internalChain }: Verdicts,
  { masqueradeAll, detector }: IptablesSettings,
): readonly string[] {
  if (!hasInternal) return [];
  const text = phraseComment(`${port.name} cluster IP`);
  const match = destinationMatch(port.protocol, port.clusterIP, port.port);
  const rule = `-A ${internalChain} ${text} ${match}`;
  if (masqueradeAll) return [`${rule} -j KUBE-MARK-MASQ`];
  return detector === undefined ? [] : [`${rule} ${ifNotLocal(detector)} -j KUBE-MARK-MASQ`];
}

export function externalChain(verdicts: Verdicts, settings: IptablesSettings): ChainRules {
  const { chains, usesExternalChain, hasExternal, externalPolicyChain, port } = verdicts;
  if (!usesExternalChain) return { chains: [], rules: [] };
  const { external } = chains;
  const masquerade = port.externalPolicyLocal
    ? shortCircuit(verdicts, settings)
    : [
        `-A ${external} ${phraseComment(`masquerade traffic for ${port.name} external destinations`)} -j KUBE-MARK-MASQ`,
      ];
  const onward = hasExternal ? [`-A ${external} -j ${externalPolicyChain}`] : [];
  return { chains: [external], rules: [...masquerade, ...onward] };
}

/** Under policy Local, pods and the node itself still reach every endpoint: nobody's source address is at stake. */
function shortCircuit(
  { port, chains: { external, cluster } }: Verdicts,
  { detector }: IptablesSettings,
): readonly string[] {
  const destinations = `for ${port.name} external destinations`;
  const fromNode = "-m addrtype --src-type LOCAL";
  const fromPods =
    detector === undefined
      ? []
      : [
          `-A ${external} ${phraseComment(`pod traffic ${destinations}`)} ${ifLocal(detector)} -j ${cluster}`,
        ];
  return [
    ...fromPods,
    `-A ${external} ${phraseComment(`masquerade LOCAL traffic ${destinations}`)} ${fromNode} -j KUBE-MARK-MASQ`,
    `-A ${external} ${phraseComment(`route LOCAL traffic ${destinations}`)} ${fromNode} -j ${cluster}`,
  ];
}

export function firewallChain(
  { port, chains: { firewall, external }, usesFirewallChain }: Verdicts,
  { nodeIP }: IptablesSettings,
): ChainRules {
  if (!usesFirewallChain) return { chains: [], rules: [] };
  const text = phraseComment(`${port.name} loadbalancer IP`);
  return {
    chains: [firewall],
    rules: [
      ...allowedSources(port, nodeIP).map(
        (source) => `-A ${firewall} ${text} -s ${source} -j ${external}`,
      ),
      `-A ${firewall} ${phraseComment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`)}`,
    ],
  };
}
