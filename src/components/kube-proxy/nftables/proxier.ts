/** Drives one node's table from sync to sync. Everything that decides is in `sync/sync-plan.ts`. */
import { isDeepStrictEqual } from "node:util";
import type { IpFamily } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import type { ServiceModel } from "../model/cluster/cluster-model.ts";
import type { Proxier, ProxyView, RenderInput, SyncSummary } from "../model/proxier.ts";
import type { ProxyKernel } from "../model/proxy-kernel.ts";
import type { ProxyNode } from "../model/proxy-node.ts";
import { cachedServiceRules } from "./service-rules/rules-cache.ts";
import { type ServiceRules, serviceRules } from "./service-rules/service-rules.ts";
import { type NftablesSettings, nftablesSettings } from "./settings.ts";
import {
  dueDeletions,
  isFullSync,
  type NftablesState,
  planSync,
  stateOfTable,
} from "./sync/sync-plan.ts";
import { readTable } from "./sync/table-content.ts";
import { familyWords } from "./text/statements.ts";

export interface NftablesProxierOptions {
  readonly family: IpFamily;
  readonly config: KubeProxyConfig;
  readonly kernel: Pick<ProxyKernel, "nftApply" | "nftListTable">;
  /** `nft -j list table` when kube-proxy came to the node; absent on a node that nobody has touched. */
  readonly rulesAtStart?: string | undefined;
}

interface NodeSettings {
  readonly settings: NftablesSettings;
  readonly rulesOf: (service: ServiceModel) => ServiceRules;
}

export class NftablesProxier implements Proxier {
  readonly #options: NftablesProxierOptions;
  #state: NftablesState;
  #settings: NodeSettings | undefined;
  /** What the table holds was last seen before something happened to it. */
  #mustRead = false;

  constructor(options: NftablesProxierOptions) {
    const { rulesAtStart } = options;
    this.#options = options;
    this.#state = stateOfTable(rulesAtStart === undefined ? undefined : readTable(rulesAtStart));
  }

  async sync({ cluster, node, nowMs }: ProxyView): Promise<SyncSummary> {
    const { config } = this.#options;
    const input = { cluster, config, nowMs, ...this.#settingsFor(node) };
    await this.#deleteStale(input);
    if (this.#mustRead && isFullSync(this.#state, input)) await this.#read();
    const plan = planSync(this.#state, input);
    // Forgotten until the kernel has taken it: what a failure leaves, nobody knows.
    this.#mustRead = true;
    this.#state = { ...this.#state, synced: undefined };
    for (const transaction of plan.transactions) await this.#options.kernel.nftApply(transaction);
    this.#state = plan.next;
    return {
      type: plan.type,
      changed: plan.changed?.size ?? cluster.services.size,
      bytes: plan.script.length,
      noLocalEndpoints: plan.noLocalEndpoints,
    };
  }

  /** A failure is not the sync's: it makes the sync a full one, and the chains wait on. */
  async #deleteStale(input: Parameters<typeof dueDeletions>[1]): Promise<void> {
    const { script, next } = dueDeletions(this.#state, input);
    if (script === "") return;
    try {
      await this.#options.kernel.nftApply(script);
      this.#state = next;
    } catch {
      this.#state = { ...this.#state, synced: undefined };
    }
  }

  /** What the table holds is told by the kernel. Stale chains are found again among what it has. */
  async #read(): Promise<void> {
    const { kernel, family } = this.#options;
    const json = await kernel.nftListTable(familyWords(family).ip);
    const content = json === undefined ? undefined : readTable(json);
    this.#state = stateOfTable(content, this.#state);
  }

  /** The same object for as long as nothing in it changes: new settings make the sync a full one. */
  #settingsFor(node: ProxyNode): NodeSettings {
    const { config, family } = this.#options;
    const settings = nftablesSettings(config, node, family);
    if (this.#settings === undefined || !isDeepStrictEqual(this.#settings.settings, settings)) {
      this.#settings = { settings, rulesOf: cachedServiceRules(settings) };
    }
    return this.#settings;
  }
}

/** What the first sync of a clean node loads. */
export function firstNftablesScript({ cluster, config, node, family }: RenderInput): string {
  const settings = nftablesSettings(config, node, family);
  const rulesOf = (service: ServiceModel): ServiceRules => serviceRules(service, settings);
  return planSync(stateOfTable(), { cluster, config, settings, nowMs: 0, rulesOf }).script;
}
