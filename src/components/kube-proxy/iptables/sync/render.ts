/** The whole payload of one sync, from what each Service contributes. */
import type { ServiceModel } from "../../model/cluster/cluster-model.ts";
import type { RenderInput } from "../../model/proxier.ts";
import {
  filterChains,
  filterHead,
  filterTail,
  natChains,
  natHead,
  natTail,
} from "../fixed-rules/fixed-rules.ts";
import { CANARY_CHAIN, type JumpRule, jumpRules } from "../fixed-rules/jump-rules.ts";
import { type ServiceRules, serviceRules } from "../service-rules/service-rules.ts";
import { type IptablesSettings, iptablesSettings } from "../settings.ts";
import { chainLine, renderPayload } from "../text/payload.ts";

export interface IptablesInput {
  /** In the order in which their rules are to stand. */
  readonly services: Iterable<ServiceModel>;
  readonly settings: IptablesSettings;
  /** False in large clusters: rules about single endpoints go without. */
  readonly comments: boolean;
  /** For a partial sync, the keys of Services whose chains are to be rewritten; absent for a full one. */
  readonly changed?: ReadonlySet<string>;
  /** Per-service chains that no Service needs any more: emptied and deleted. */
  readonly staleChains?: readonly string[];
  /** Jumps to add, and the canary chains with them; absent when the node has them. */
  readonly jumps?: readonly JumpRule[];
}

/** The complete input of `iptables-restore --noflush`: filter and nat, and mangle for the canary. */
function renderIptables(input: IptablesInput): string {
  const options = { ...input.settings, comments: input.comments };
  const services = new Map(
    Array.from(input.services, (model) => [model.key, { rules: serviceRules(model, options) }]),
  );
  return renderRules({ ...input, services });
}

/** What the first sync of a clean node loads. */
export function firstIptablesPayload({ cluster, config, node, family }: RenderInput): string {
  const settings = iptablesSettings(config, node, family);
  return renderIptables({
    services: cluster.services.values(),
    settings,
    comments: cluster.endpointCount <= config.host.largeClusterEndpointsThreshold,
    jumps: jumpRules(settings),
  });
}

/** As {@link renderIptables}, with the rules of each Service already worked out. */
export function renderRules({
  services,
  settings,
  changed,
  staleChains = [],
  jumps,
}: Omit<IptablesInput, "services" | "comments"> & {
  readonly services: ReadonlyMap<string, { readonly rules: ServiceRules }>;
}): string {
  // Whatever still named these chains is rewritten, in the same transaction.
  const deletions = staleChains.map((chain) => `-X ${chain}`);
  const jumpsOf = (table: JumpRule["table"]): string[] =>
    (jumps ?? []).filter((jump) => jump.table === table).map(({ text }) => text);
  const canary = jumps === undefined ? [] : [CANARY_CHAIN].map(chainLine);
  const parts = partsOf(services, changed);
  return renderPayload([
    ...(jumps === undefined ? [] : [{ name: "mangle" as const, chains: canary, rules: [] }]),
    {
      name: "filter",
      chains: [...canary, ...filterChains(settings).map(chainLine)],
      rules: [
        ...jumpsOf("filter"),
        ...filterHead(settings),
        ...parts.filter,
        ...filterTail(settings),
      ],
    },
    {
      name: "nat",
      chains: [
        ...canary,
        ...natChains.map(chainLine),
        ...parts.chainLines,
        ...staleChains.map(chainLine),
      ],
      rules: [
        ...jumpsOf("nat"),
        ...natHead(settings),
        ...parts.nat,
        ...deletions,
        ...natTail(settings),
      ],
    },
  ]);
}

/** Of ten thousand Services most have nothing for some list: what is empty is left out. */
function partsOf(
  services: ReadonlyMap<string, { readonly rules: ServiceRules }>,
  changed: ReadonlySet<string> | undefined,
): { readonly filter: string[]; readonly nat: string[]; readonly chainLines: string[] } {
  const parts = { filter: [] as string[], nat: [] as string[], chainLines: [] as string[] };
  for (const [key, { rules }] of services) {
    const isRewritten = changed?.has(key) ?? true;
    if (rules.filter !== "") parts.filter.push(rules.filter);
    parts.nat.push(isRewritten ? rules.nat : rules.captureOnly);
    if (isRewritten) parts.chainLines.push(rules.chainLines);
  }
  return parts;
}
