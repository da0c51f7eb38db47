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
  addEndpointChains(lists, port, named.allReachable, { settings, isRight });
  const { cluster, local } = objects;
  if (usesClusterChain) addBalancing(lists, cluster, named.cluster, { verdicts, settings });
  if (usesLocalChain) addBalancing(lists, local, named.local, { verdicts, settings });
  if (verdicts.usesExternalChain) addExternalChain(lists, verdicts, settings);
  if (verdicts.usesFirewallChain) addFirewallChain(lists, verdicts, settings);
}

function addEndpointChains(
  { chains, affinitySets, commands }: ChainLists,
  port: ServicePort,
  endpoints: readonly NamedEndpoint[],
  {
    settings,
    isRight,
  }: { readonly settings: NftablesSettings; readonly isRight: IsRight | undefined },
): void {
  const { table, ip, address } = familyWords(settings.family);
  const seconds = port.affinitySeconds;
  const isSticky = seconds !== undefined;
  // What is the same for each is put together once: of the lines of a large table nearly all are made here.
  const [add, flush] = [`add chain ${table} `, `flush chain ${table} `];
  const rule = `add rule ${table} `;
  const from = ` ${ip} saddr `;
  const dnat = ` meta l4proto ${port.protocol} dnat to `;
  for (const { endpoint, chain, affinitySet } of endpoints) {
    chains.push(chain);
    if (isSticky) affinitySets.push(affinitySet);
    if (isRight?.({ chain, affinitySet, isSticky }) === true) continue;
    commands.push(add + chain, flush + chain);
    if (isSticky) {
      commands.push(
        `add set ${table} ${affinitySet} { type ${address} ; flags dynamic,timeout ; timeout ${seconds}s ; }`,
      );
    }
    // A pod that reaches itself through the Service: it would see its own address and answer past the node.
    commands.push(`${rule}${chain}${from}${endpoint.ip} jump mark-for-masquerade`);
    if (isSticky) commands.push(`${rule}${chain} update @${affinitySet} { ${ip} saddr }`);
    commands.push(`${rule}${chain}${dnat}${endpoint.text}`);
  }
}

/** Adds a chain that exists from here on, and that is empty. */
function addChain({ chains, commands }: ChainLists, table: string, chain: string): void {
  chains.push(chain);
  commands.push(...addAndFlush(table, chain));
}

function addBalancing(
  lists: ChainLists,
  chain: string,
  endpoints: readonly NamedEndpoint[],
  { verdicts, settings }: { readonly verdicts: Verdicts; readonly settings: NftablesSettings },
): void {
  const { port, hasInternal, internalChain } = verdicts;
  const { table, ip } = familyWords(settings.family);
  const rule = `add rule ${table} ${chain}`;
  addChain(lists, table, chain);
  if (hasInternal && chain === internalChain) {
    addClusterIPMasquerade(lists, rule, verdicts, settings);
  }
  if (port.affinitySeconds !== undefined) {
    for (const each of endpoints) {
      lists.commands.push(`${rule} ${ip} saddr @${each.affinitySet} goto ${each.chain}`);
    }
  }
  const choices = endpoints.map((each, index) => `${index} : goto ${each.chain}`).join(" , ");
  lists.commands.push(`${rule} numgen random mod ${endpoints.length} vmap { ${choices} }`);
}

/** Traffic to the ClusterIP that no pod of ours sent: its answer must come back this way, so it is masqueraded. */
function addClusterIPMasquerade(
  { commands }: ChainLists,
  rule: string,
  { port }: Verdicts,
  { family, masqueradeAll, detector }: NftablesSettings,
): void {
  const words = familyWords(family);
  const toClusterIP = `${rule} ${words.ip} daddr ${port.clusterIP}`;
  if (masqueradeAll) commands.push(`${toClusterIP} jump mark-for-masquerade`);
  else if (detector !== undefined) {
    commands.push(`${toClusterIP} ${ifNotLocal(detector, words)} jump mark-for-masquerade`);
  }
}

function addExternalChain(lists: ChainLists, verdicts: Verdicts, settings: NftablesSettings): void {
  const { port, objects, hasExternal, externalPolicyChain } = verdicts;
  const { external, cluster } = objects;
  const { table } = familyWords(settings.family);
  const rule = `add rule ${table} ${external}`;
  addChain(lists, table, external);
  if (port.externalPolicyLocal) lists.commands.push(...shortCircuit(rule, cluster, settings));
  else lists.commands.push(`${rule} jump mark-for-masquerade`);
  if (hasExternal) lists.commands.push(`${rule} goto ${externalPolicyChain}`);
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

function addFirewallChain(
  lists: ChainLists,
  { port, objects: { firewall } }: Verdicts,
  { family, nodeIP }: NftablesSettings,
): void {
  const { table, ip } = familyWords(family);
  const sources = allowedSources(port, nodeIP).join(" , ");
  addChain(lists, table, firewall);
  lists.commands.push(`add rule ${table} ${firewall} ${ip} saddr != { ${sources} } drop`);
}
