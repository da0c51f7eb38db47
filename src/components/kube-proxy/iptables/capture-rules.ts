/**
 * The rules that catch traffic to a service port's addresses: in nat towards its
 * chains, in filter into refusal. Every sync writes them for every Service.
 *
 * With externalTrafficPolicy Local and no endpoint on this node a port has both
 * kinds. KUBE-EXT then serves only pods and the node itself; all others fall off its
 * end untranslated and meet the DROP in filter.
 */
import type { IpAddress } from "../../../net/ip-address.ts";
import { counterMatch } from "./fixed-rules.ts";
import { destinationMatch, phraseComment, protocolMatch, wordComment } from "./fragments.ts";
import type { IptablesSettings } from "./settings.ts";
import type { Verdicts } from "./verdicts.ts";

export interface CaptureRules {
  readonly filter: readonly string[];
  readonly nat: readonly string[];
}

export function captureRules(verdicts: Verdicts, settings: IptablesSettings): CaptureRules {
  const parts = [
    clusterIPRules(verdicts),
    externalIPRules(verdicts),
    loadBalancerRules(verdicts),
    nodePortRules(verdicts, settings),
    healthCheckRules(verdicts),
  ];
  return {
    filter: parts.flatMap(({ filter }) => filter),
    nat: parts.flatMap(({ nat }) => nat),
  };
}

function clusterIPRules({ port, hasInternal, internalChain, refusal }: Verdicts): CaptureRules {
  const match = destinationMatch(port.protocol, port.clusterIP, port.port);
  const rule = (text: string, target: string): string =>
    `-A KUBE-SERVICES ${phraseComment(text)} ${match} -j ${target}`;
  return hasInternal
    ? { filter: [], nat: [rule(`${port.name} cluster IP`, internalChain)] }
    : { filter: [rule(refusal.comment, refusal.target)], nat: [] };
}

function externalIPRules(verdicts: Verdicts): CaptureRules {
  const { port, endpoints, chains } = verdicts;
  return {
    nat: endpoints.hasAny
      ? port.externalIPs.map((address) =>
          captureAddress(verdicts, "external IP", address, chains.external),
        )
      : [],
    filter: port.externalIPs.flatMap((address) => refuseAddress(verdicts, address)),
  };
}

function loadBalancerRules(verdicts: Verdicts): CaptureRules {
  const { port, endpoints, chains, loadBalancerChain, usesFirewallChain } = verdicts;
  const firewall = usesFirewallChain
    ? port.loadBalancerVIPs.map((address) => {
        const match = destinationMatch(port.protocol, address, port.port);
        return `-A KUBE-PROXY-FIREWALL ${phraseComment(`${port.name} traffic not accepted by ${chains.firewall}`)} ${match} -j DROP`;
      })
    : [];
  return {
    nat: endpoints.hasAny
      ? port.loadBalancerVIPs.map((address) =>
          captureAddress(verdicts, "loadbalancer IP", address, loadBalancerChain),
        )
      : [],
    filter: [
      ...firewall,
      ...port.loadBalancerVIPs.flatMap((address) => refuseAddress(verdicts, address)),
    ],
  };
}

function nodePortRules(verdicts: Verdicts, settings: IptablesSettings): CaptureRules {
  const { port, endpoints, chains, hasExternal, refusal } = verdicts;
  if (port.nodePort === undefined) return { filter: [], nat: [] };
  const name = wordComment(port.name);
  const protocol = protocolMatch(port.protocol);
  const dport = `--dport ${port.nodePort}`;
  const counter = settings.localhostNodePorts
    ? counterMatch(settings, "localhost_nps_accepted_pkts")
    : "";
  // The first of the two only counts who still uses localhost; both lead to the same chain.
  const counted =
    counter === ""
      ? []
      : [
          `-A KUBE-NODEPORTS ${name} ${protocol} -d 127.0.0.0/8 ${dport}${counter} -j ${chains.external}`,
        ];
  return {
    nat: endpoints.hasAny
      ? [...counted, `-A KUBE-NODEPORTS ${name} ${protocol} ${dport} -j ${chains.external}`]
      : [],
    filter: hasExternal
      ? []
      : [
          `-A KUBE-EXTERNAL-SERVICES ${phraseComment(refusal.comment)} -m addrtype --dst-type LOCAL ${protocol} ${dport} -j ${refusal.target}`,
        ],
  };
}

/** The answer of the health check says which nodes have endpoints, so it must pass whatever firewall stands behind. */
function healthCheckRules({ port }: Verdicts): CaptureRules {
  if (port.healthCheckNodePort === undefined) return { filter: [], nat: [] };
  const text = phraseComment(`${port.name} health check node port`);
  return {
    nat: [],
    filter: [
      `-A KUBE-NODEPORTS ${text} -m tcp -p tcp --dport ${port.healthCheckNodePort} -j ACCEPT`,
    ],
  };
}

function captureAddress(
  { port }: Verdicts,
  what: string,
  address: IpAddress,
  chain: string,
): string {
  const match = destinationMatch(port.protocol, address, port.port);
  return `-A KUBE-SERVICES ${phraseComment(`${port.name} ${what}`)} ${match} -j ${chain}`;
}

function refuseAddress({ port, hasExternal, refusal }: Verdicts, address: IpAddress): string[] {
  if (hasExternal) return [];
  const match = destinationMatch(port.protocol, address, port.port);
  return [
    `-A KUBE-EXTERNAL-SERVICES ${phraseComment(refusal.comment)} ${match} -j ${refusal.target}`,
  ];
}
