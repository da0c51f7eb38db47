/** Drives one node's tables from sync to sync. Everything that decides is in `sync/sync-plan.ts`. */
import { isDeepStrictEqual } from "node:util";
import type { IpFamily } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import type { Proxier, ProxyView, SyncSummary } from "../model/proxier.ts";
import type { ProxyNode } from "../model/proxy-node.ts";
import { cachedServiceRules } from "./service-rules/rules-cache.ts";
import { iptablesSettings } from "./settings.ts";
import { hasCanary, whenAllIsGone } from "./sync/canary.ts";
import { kubeletJumps, renderKubeletChains } from "./sync/kubelet-chains.ts";
import { readSavedRules } from "./sync/saved-rules.ts";
import type { SyncInput, SyncPlan } from "./sync/sync-plan.ts";
import { afterFailure, type IptablesState, initialState, planSync } from "./sync/sync-plan.ts";

export interface IptablesProxierOptions {
  readonly family: IpFamily;
  readonly config: KubeProxyConfig;
  /** `iptables-restore --noflush` in the node's netns. */
  readonly restore: (payload: string) => Promise<void>;
  /** What `iptables-save` printed when kube-proxy came to the node; absent on a node that nobody has touched. */
  readonly rulesAtStart?: string | undefined;
  /** `iptables-save` in the node's netns: asked after a failed restore, and whether the canary lives. */
  readonly readRules?: ((table?: "mangle") => Promise<string>) | undefined;
  /** Writes kubelet's chains along with the first payload. */
  readonly kubeletChains?: boolean | undefined;
}

type NodeSettings = Pick<SyncInput, "settings" | "rulesOf">;

export class IptablesProxier implements Proxier {
  readonly #options: IptablesProxierOptions;
  #state: IptablesState;
  #settings: NodeSettings | undefined;
  #owesKubeletChains: boolean;
  #mustRead = false;

  constructor(options: IptablesProxierOptions) {
    const { rulesAtStart, kubeletChains = false } = options;
    this.#options = options;
    this.#state = initialState(
      rulesAtStart === undefined ? undefined : readSavedRules(rulesAtStart),
    );
    this.#owesKubeletChains = kubeletChains;
  }

  async sync({ cluster, node, nowMs }: ProxyView): Promise<SyncSummary> {
    const { config, restore } = this.#options;
    if (this.#mustRead) await this.#startAnew();
    const { settings, rulesOf } = this.#settingsFor(node);
    const { prelude, state } = this.#kubeletPart();
    const plan = planSync(state, { cluster, config, nowMs, settings, rulesOf });
    const payload = prelude + plan.payload;
    try {
      await restore(payload);
    } catch (error) {
      this.#state = await this.#stateAfterFailure(plan);
      throw error;
    }
    this.#state = plan.next;
    this.#owesKubeletChains = false;
    return {
      type: plan.type,
      changed: plan.changed?.size ?? cluster.services.size,
      bytes: payload.length,
      noLocalEndpoints: plan.noLocalEndpoints,
    };
  }

  async isIntact(): Promise<boolean> {
    const { readRules } = this.#options;
    if (readRules === undefined || this.#state.synced === undefined) return true;
    if (hasCanary(await readRules("mangle"))) return true;
    await whenAllIsGone(readRules);
    return false;
  }

  forget(): void {
    this.#mustRead = true;
  }

  /** As on a node where a kube-proxy has run before. Kubelet's chains went with the others. */
  async #startAnew(): Promise<void> {
    const { readRules, kubeletChains = false } = this.#options;
    const saved = await readRules?.();
    this.#state = initialState(saved === undefined ? undefined : readSavedRules(saved));
    this.#owesKubeletChains = kubeletChains;
    this.#mustRead = false;
  }

  /** What goes before the payload, and what is known once it is loaded. */
  #kubeletPart(): { readonly prelude: string; readonly state: IptablesState } {
    const state = this.#state;
    if (!this.#owesKubeletChains) return { prelude: "", state };
    const { family } = this.#options;
    return {
      prelude: renderKubeletChains({ family, present: state.jumps }),
      state: { ...state, jumps: [...state.jumps, ...kubeletJumps(family)] },
    };
  }

  /** The same object for as long as nothing in it changes: new settings make the sync a full one. */
  #settingsFor(node: ProxyNode): NodeSettings {
    const { config, family } = this.#options;
    const settings = iptablesSettings(config, node, family);
    if (this.#settings === undefined || !isDeepStrictEqual(this.#settings.settings, settings)) {
      this.#settings = { settings, rulesOf: cachedServiceRules(settings) };
    }
    return this.#settings;
  }

  async #stateAfterFailure(plan: SyncPlan): Promise<IptablesState> {
    const { readRules } = this.#options;
    try {
      const saved = readRules === undefined ? undefined : readSavedRules(await readRules());
      return afterFailure(this.#state, plan, saved);
    } catch {
      // Whoever cannot load rules may not be able to read them either; the first error is the one to report.
      return afterFailure(this.#state, plan);
    }
  }
}
