/** The chains of one service port: who may come in, which policy holds, which endpoint is chosen, and the way there. */
import type { ServicePort } from "../../model/services/service-port.ts";
import { allowedSources } from "../../model/services/source-ranges.ts";
import type { NftablesSettings } from "../settings.ts";
import type { Script } from "../text/script.ts";
import { addAndFlush, familyWords, ifLocal, ifNotLocal } from "../text/statements.ts";
import { affinitySetOf } from "./object-names.ts";
import { type NamedEndpoint, nameEndpoints, type Verdicts } from "./verdicts.ts";

/** Whether an endpoint's chain that is there is right as it is, so that no command is needed. */
export type IsRight = (chain: string, wanted: { readonly isSticky: boolean }) => boolean;

/** The chains that a service port needs. */
export function chainNames(verdicts: Verdicts): readonly string[] {
  const { objects } = verdicts;
  const names = nameEndpoints(verdicts).allReachable.map(({ chain }) => chain);
  if (verdicts.usesClusterChain) names.push(objects.cluster);
  if (verdicts.usesLocalChain) names.push(objects.local);
  if (verdicts.usesExternalChain) names.push(objects.external);
  if (verdicts.usesFirewallChain) names.push(objects.firewall);
  return names;
}

/** The sets of clients that it needs. */
export function affinitySetNames(verdicts: Verdicts): readonly string[] {
  if (verdicts.port.affinitySeconds === undefined) return [];
  return nameEndpoints(verdicts).allReachable.map(({ chain }) => affinitySetOf(chain));
}

/**
 * Adds the commands that make them. In an order in which nft takes them: a rule may only name what is there. Endpoints first, then
 * those that choose one, then those that lead to these.
 */
export function addServiceChains(
  script: Script,
  verdicts: Verdicts,
  settings: NftablesSettings,
  isRight: IsRight | undefined,
): void {
  const { port, objects, usesClusterChain, usesLocalChain } = verdicts;
  const named = nameEndpoints(verdicts);
  addEndpointChains(script, port, named.allReachable, { settings, isRight });
  const { cluster, local } = objects;
  if (usesClusterChain) addBalancing(script, cluster, named.cluster, { verdicts, settings });
  if (usesLocalChain) addBalancing(script, local, named.local, { verdicts, settings });
  if (verdicts.usesExternalChain) addExternalChain(script, verdicts, settings);
  if (verdicts.usesFirewallChain) addFirewallChain(script, verdicts, settings);
}

function addEndpointChains(
  script: Script,
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
  for (const { endpoint, chain } of endpoints) {
    if (isRight?.(chain, { isSticky }) === true) continue;
    script.add(add + chain);
    script.add(flush + chain);
    if (isSticky) {
      script.add(
        `add set ${table} ${affinitySetOf(chain)} { type ${address} ; flags dynamic,timeout ; timeout ${seconds}s ; }`,
      );
    }
    // A pod that reaches itself through the Service: it would see its own address and answer past the node.
    script.add(`${rule}${chain}${from}${endpoint.ip} jump mark-for-masquerade`);
    if (isSticky) script.add(`${rule}${chain} update @${affinitySetOf(chain)} { ${ip} saddr }`);
    script.add(`${rule}${chain}${dnat}${endpoint.text}`);
  }
}

function addBalancing(
  script: Script,
  chain: string,
  endpoints: readonly NamedEndpoint[],
  { verdicts, settings }: { readonly verdicts: Verdicts; readonly settings: NftablesSettings },
): void {
  const { port, hasInternal, internalChain } = verdicts;
  const { table, ip } = familyWords(settings.family);
  const rule = `add rule ${table} ${chain}`;
  script.addAll(addAndFlush(table, chain));
  if (hasInternal && chain === internalChain) {
    addClusterIPMasquerade(script, rule, verdicts, settings);
  }
  if (port.affinitySeconds !== undefined) {
    for (const each of endpoints) {
      script.add(`${rule} ${ip} saddr @${affinitySetOf(each.chain)} goto ${each.chain}`);
    }
  }
  const choices = endpoints.map((each, index) => `${index} : goto ${each.chain}`).join(" , ");
  script.add(`${rule} numgen random mod ${endpoints.length} vmap { ${choices} }`);
}

/** Traffic to the ClusterIP that no pod of ours sent: its answer must come back this way, so it is masqueraded. */
function addClusterIPMasquerade(
  script: Script,
  rule: string,
  { port }: Verdicts,
  { family, masqueradeAll, detector }: NftablesSettings,
): void {
  const words = familyWords(family);
  const toClusterIP = `${rule} ${words.ip} daddr ${port.clusterIP}`;
  if (masqueradeAll) script.add(`${toClusterIP} jump mark-for-masquerade`);
  else if (detector !== undefined) {
    script.add(`${toClusterIP} ${ifNotLocal(detector, words)} jump mark-for-masquerade`);
  }
}

function addExternalChain(script: Script, verdicts: Verdicts, settings: NftablesSettings): void {
  const { port, objects, hasExternal, externalPolicyChain } = verdicts;
  const { external, cluster } = objects;
  const { table } = familyWords(settings.family);
  const rule = `add rule ${table} ${external}`;
  script.addAll(addAndFlush(table, external));
  if (port.externalPolicyLocal) script.addAll(shortCircuit(rule, cluster, settings));
  else script.add(`${rule} jump mark-for-masquerade`);
  if (hasExternal) script.add(`${rule} goto ${externalPolicyChain}`);
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
  script: Script,
  { port, objects: { firewall } }: Verdicts,
  { family, nodeIP }: NftablesSettings,
): void {
  const { table, ip } = familyWords(family);
  const sources = allowedSources(port, nodeIP).join(" , ");
  script.addAll(addAndFlush(table, firewall));
  script.add(`add rule ${table} ${firewall} ${ip} saddr != { ${sources} } drop`);
}
