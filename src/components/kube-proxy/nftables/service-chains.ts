/** The chains of one service port: who may come in, which policy holds, which endpoint is chosen, and the way there. */
import type { ServicePort } from "../model/service-port.ts";
import { allowedSources } from "../model/source-ranges.ts";
import type { EndpointObjects } from "./object-names.ts";
import type { NftablesSettings } from "./settings.ts";
import { addAndFlush, familyWords, ifLocal, ifNotLocal } from "./statements.ts";
import type { NamedEndpoint, Verdicts } from "./verdicts.ts";

/** What the chains of a Service are made of, gathered port by port. */
export interface ChainLists {
  readonly chains: string[];
  readonly affinitySets: string[];
  /** One command each. */
  readonly commands: string[];
}

/** Whether a chain that is there is right as it is, so that no command is needed. */
export type IsRight = (endpoint: EndpointObjects & { readonly isSticky: boolean }) => boolean;

/**
 * In an order in which nft takes them: a rule may only name what is there. Endpoints first, then
 * those that choose one, then those that lead to these.
 */
export function addServiceChains(
  lists: ChainLists,
  verdicts: Verdicts,
  settings: NftablesSettings,
  isRight: IsRight | undefined,
): void {
  const { port, named, objects, usesClusterChain, usesLocalChain } = verdicts;
  const isSticky = port.affinitySeconds !== undefined;
  for (const endpoint of named.allReachable) {
    const { chain, affinitySet } = endpoint;
    lists.chains.push(chain);
    if (isSticky) lists.affinitySets.push(affinitySet);
    if (isRight?.({ chain, affinitySet, isSticky }) === true) continue;
    lists.commands.push(...endpointCommands(port, endpoint, settings));
  }
  const add = (chain: string, commands: readonly string[]): void => {
    lists.chains.push(chain);
    lists.commands.push(...commands);
  };
  const { cluster, local, external, firewall } = objects;
  if (usesClusterChain) add(cluster, balancing(cluster, named.cluster, verdicts, settings));
  if (usesLocalChain) add(local, balancing(local, named.local, verdicts, settings));
  if (verdicts.usesExternalChain) add(external, externalCommands(verdicts, settings));
  if (verdicts.usesFirewallChain) add(firewall, firewallCommands(verdicts, settings));
}

function endpointCommands(
  port: ServicePort,
  { endpoint, chain, affinitySet }: NamedEndpoint,
  { family }: NftablesSettings,
): readonly string[] {
  const { table, ip, address } = familyWords(family);
  const rule = `add rule ${table} ${chain}`;
  const seconds = port.affinitySeconds;
  // A pod that reaches itself through the Service: it would see its own address and answer past the node.
  const hairpin = `${rule} ${ip} saddr ${endpoint.ip} jump mark-for-masquerade`;
  const dnat = `${rule} meta l4proto ${port.protocol} dnat to ${endpoint.text}`;
  const [add = "", flush = ""] = addAndFlush(table, chain);
  if (seconds === undefined) return [add, flush, hairpin, dnat];
  return [
    add,
    flush,
    `add set ${table} ${affinitySet} { type ${address} ; flags dynamic,timeout ; timeout ${seconds}s ; }`,
    hairpin,
    `${rule} update @${affinitySet} { ${ip} saddr }`,
    dnat,
  ];
}

function balancing(
  chain: string,
  endpoints: readonly NamedEndpoint[],
  verdicts: Verdicts,
  settings: NftablesSettings,
): readonly string[] {
  const { port, hasInternal, internalChain } = verdicts;
  const { table, ip } = familyWords(settings.family);
  const rule = `add rule ${table} ${chain}`;
  const choices = endpoints.map((each, index) => `${index} : goto ${each.chain}`).join(" , ");
  const sticky =
    port.affinitySeconds === undefined
      ? []
      : endpoints.map((each) => `${rule} ${ip} saddr @${each.affinitySet} goto ${each.chain}`);
  return [
    ...addAndFlush(table, chain),
    ...(hasInternal && chain === internalChain
      ? clusterIPMasquerade(rule, verdicts, settings)
      : []),
    ...sticky,
    `${rule} numgen random mod ${endpoints.length} vmap { ${choices} }`,
  ];
}

/** Traffic to the ClusterIP that no pod of ours sent: its answer must come back this way, so it is masqueraded. */
function clusterIPMasquerade(
  rule: string,
  { port }: Verdicts,
  { family, masqueradeAll, detector }: NftablesSettings,
): readonly string[] {
  const words = familyWords(family);
  const toClusterIP = `${rule} ${words.ip} daddr ${port.clusterIP}`;
  if (masqueradeAll) return [`${toClusterIP} jump mark-for-masquerade`];
  if (detector === undefined) return [];
  return [`${toClusterIP} ${ifNotLocal(detector, words)} jump mark-for-masquerade`];
}

function externalCommands(verdicts: Verdicts, settings: NftablesSettings): readonly string[] {
  const { port, objects, hasExternal, externalPolicyChain } = verdicts;
  const { external, cluster } = objects;
  const { table } = familyWords(settings.family);
  const rule = `add rule ${table} ${external}`;
  return [
    ...addAndFlush(table, external),
    ...(port.externalPolicyLocal
      ? shortCircuit(rule, cluster, settings)
      : [`${rule} jump mark-for-masquerade`]),
    ...(hasExternal ? [`${rule} goto ${externalPolicyChain}`] : []),
  ];
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

function firewallCommands(
  { port, objects: { firewall } }: Verdicts,
  { family, nodeIP }: NftablesSettings,
): readonly string[] {
  const { table, ip } = familyWords(family);
  const sources = allowedSources(port, nodeIP).join(" , ");
  const drop = `add rule ${table} ${firewall} ${ip} saddr != { ${sources} } drop`;
  return [...addAndFlush(table, firewall), drop];
}
