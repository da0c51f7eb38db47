/** The whole payload of one sync, from what each Service contributes. */
import type { ServiceModel } from "../model/cluster-model.ts";
import type { RenderInput } from "../model/proxier.ts";
import {
  filterChains,
  filterHead,
  filterTail,
  natChains,
  natHead,
  natTail,
} from "./fixed-rules.ts";
import { CANARY_CHAIN, type JumpRule, jumpRules } from "./jump-rules.ts";
import { chainLine, renderPayload } from "./payload.ts";
import { type ServiceRules, serviceRules } from "./service-rules.ts";
import { type IptablesSettings, iptablesSettings } from "./settings.ts";

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
  const services = Array.from(input.services, (service) => ({
    key: service.key,
    rules: serviceRules(service, options),
  }));
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
  readonly services: ReadonlyArray<{ readonly key: string; readonly rules: ServiceRules }>;
}): string {
  const isRewritten = (key: string): boolean => changed?.has(key) ?? true;
  // Whatever still named these chains is rewritten, in the same transaction.
  const deletions = staleChains.map((chain) => `-X ${chain}`);
  const jumpsOf = (table: JumpRule["table"]): string[] =>
    (jumps ?? []).filter((jump) => jump.table === table).map(({ text }) => text);
  const canary = jumps === undefined ? [] : [CANARY_CHAIN].map(chainLine);
  const rewritten = services.filter(({ key }) => isRewritten(key));
  return renderPayload([
    ...(jumps === undefined ? [] : [{ name: "mangle" as const, chains: canary, rules: [] }]),
    {
      name: "filter",
      chains: [...canary, ...filterChains(settings).map(chainLine)],
      rules: [
        ...jumpsOf("filter"),
        ...filterHead(settings),
        ...services.map(({ rules }) => rules.filter),
        ...filterTail(settings),
      ],
    },
    {
      name: "nat",
      chains: [
        ...canary,
        ...natChains.map(chainLine),
        ...rewritten.map(({ rules }) => rules.chainLines),
        ...staleChains.map(chainLine),
      ],
      rules: [
        ...jumpsOf("nat"),
        ...natHead(settings),
        ...services.map(({ key, rules }) => (isRewritten(key) ? rules.nat : rules.captureOnly)),
        ...deletions,
        ...natTail(settings),
      ],
    },
  ]);
}
