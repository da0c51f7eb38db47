/** The chains of one service port: who may come in, which policy holds, which endpoint is chosen, and the way there. */
import type { Decisions } from "../model/decisions.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { ServicePort } from "../model/service-port.ts";
import { allowedSources } from "../model/source-ranges.ts";
import { usesFirewall } from "./elements.ts";
import { endpointObjects, serviceObjects } from "./object-names.ts";
import type { NftablesSettings } from "./settings.ts";
import { addAndFlush, familyWords, ifLocal, ifNotLocal } from "./statements.ts";

/** A chain, with the commands that make it what it must be. */
export interface ChainText {
  readonly chain: string;
  /** Where it is an endpoint's: the set of clients that stick to it, and whether one is wanted. */
  readonly affinity: { readonly set: string; readonly isWanted: boolean } | undefined;
  readonly commands: readonly string[];
}

/**
 * In an order in which nft takes them: a rule may only name what is there. Endpoints first, then
 * those that choose one, then those that lead to these.
 */
export function serviceChains(
  decisions: Decisions,
  settings: NftablesSettings,
): { readonly endpoints: readonly ChainText[]; readonly others: readonly ChainText[] } {
  const { port, endpoints, usesClusterChain, usesLocalChain } = decisions;
  const { cluster, local } = serviceObjects(port);
  return {
    endpoints: endpoints.allReachable.map((endpoint) => endpointChain(port, endpoint, settings)),
    others: [
      ...(usesClusterChain
        ? [balancingChain(cluster, endpoints.cluster, decisions, settings)]
        : []),
      ...(usesLocalChain ? [balancingChain(local, endpoints.local, decisions, settings)] : []),
      ...externalChain(decisions, settings),
      ...firewallChain(decisions, settings),
    ],
  };
}

function endpointChain(
  port: ServicePort,
  endpoint: Endpoint,
  { family }: NftablesSettings,
): ChainText {
  const { table, ip, address } = familyWords(family);
  const { chain, affinitySet } = endpointObjects(port, endpoint);
  const rule = `add rule ${table} ${chain}`;
  const seconds = port.affinitySeconds;
  const isSticky = seconds !== undefined;
  return {
    chain,
    affinity: { set: affinitySet, isWanted: isSticky },
    commands: [
      ...addAndFlush(table, chain),
      ...(isSticky
        ? [
            `add set ${table} ${affinitySet} { type ${address} ; flags dynamic,timeout ; timeout ${seconds}s ; }`,
          ]
        : []),
      // A pod that reaches itself through the Service: it would see its own address and answer past the node.
      `${rule} ${ip} saddr ${endpoint.ip} jump mark-for-masquerade`,
      ...(isSticky ? [`${rule} update @${affinitySet} { ${ip} saddr }`] : []),
      `${rule} meta l4proto ${port.protocol} dnat to ${endpoint.text}`,
    ],
  };
}

function balancingChain(
  chain: string,
  endpoints: readonly Endpoint[],
  decisions: Decisions,
  settings: NftablesSettings,
): ChainText {
  const { port } = decisions;
  const { table, ip } = familyWords(settings.family);
  const rule = `add rule ${table} ${chain}`;
  const objects = endpoints.map((endpoint) => endpointObjects(port, endpoint));
  const choices = objects.map((each, index) => `${index} : goto ${each.chain}`);
  const sticky =
    port.affinitySeconds === undefined
      ? []
      : objects.map((each) => `${rule} ${ip} saddr @${each.affinitySet} goto ${each.chain}`);
  return {
    chain,
    affinity: undefined,
    commands: [
      ...addAndFlush(table, chain),
      ...(isInternal(chain, decisions) ? clusterIPMasquerade(rule, decisions, settings) : []),
      ...sticky,
      `${rule} numgen random mod ${choices.length} vmap { ${choices.join(" , ")} }`,
    ],
  };
}

/** Whether the ClusterIP leads to this chain. */
function isInternal(chain: string, { port, hasInternal }: Decisions): boolean {
  const { cluster, local } = serviceObjects(port);
  return hasInternal && chain === (port.internalPolicyLocal ? local : cluster);
}

/** Traffic to the ClusterIP that no pod of ours sent: its answer must come back this way, so it is masqueraded. */
function clusterIPMasquerade(
  rule: string,
  { port }: Decisions,
  { family, masqueradeAll, detector }: NftablesSettings,
): readonly string[] {
  const words = familyWords(family);
  const toClusterIP = `${rule} ${words.ip} daddr ${port.clusterIP}`;
  if (masqueradeAll) return [`${toClusterIP} jump mark-for-masquerade`];
  if (detector === undefined) return [];
  return [`${toClusterIP} ${ifNotLocal(detector, words)} jump mark-for-masquerade`];
}

function externalChain(decisions: Decisions, settings: NftablesSettings): readonly ChainText[] {
  const { port, usesExternalChain, hasExternal } = decisions;
  if (!usesExternalChain) return [];
  const { external, cluster, local } = serviceObjects(port);
  const { table } = familyWords(settings.family);
  const rule = `add rule ${table} ${external}`;
  const policyChain = port.externalPolicyLocal ? local : cluster;
  const commands = [
    ...addAndFlush(table, external),
    ...(port.externalPolicyLocal
      ? shortCircuit(rule, cluster, settings)
      : [`${rule} jump mark-for-masquerade`]),
    ...(hasExternal ? [`${rule} goto ${policyChain}`] : []),
  ];
  return [{ chain: external, affinity: undefined, commands }];
}

/** Under policy Local, pods and the node itself still reach every endpoint: nobody's source address is at stake. */
function shortCircuit(
  rule: string,
  cluster: string,
  { family, detector }: NftablesSettings,
): readonly string[] {
  const words = familyWords(family);
  const fromPods =
    detector === undefined
      ? []
      : [`${rule} ${ifLocal(detector, words)} goto ${cluster} comment "short-circuit pod traffic"`];
  const fromNode = `${rule} fib saddr type local`;
  return [
    ...fromPods,
    `${fromNode} jump mark-for-masquerade comment "masquerade local traffic"`,
    `${fromNode} goto ${cluster} comment "short-circuit local traffic"`,
  ];
}

function firewallChain(decisions: Decisions, settings: NftablesSettings): readonly ChainText[] {
  if (!usesFirewall(decisions)) return [];
  const { firewall } = serviceObjects(decisions.port);
  const { table, ip } = familyWords(settings.family);
  const sources = allowedSources(decisions.port, settings.nodeIP).join(" , ");
  const drop = `add rule ${table} ${firewall} ${ip} saddr != { ${sources} } drop`;
  const commands = [...addAndFlush(table, firewall), drop];
  return [{ chain: firewall, affinity: undefined, commands }];
}
