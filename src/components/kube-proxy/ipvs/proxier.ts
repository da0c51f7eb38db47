/** Drives one node's virtual servers, sets and rules from sync to sync. Everything that decides is in `sync/sync-plan.ts`. */
import { isDeepStrictEqual } from "node:util";
import { startTimer, type Timer } from "../../../base/work-queue.ts";
import { familyOf, type IpFamily, ipAddress } from "../../../net/ip-address.ts";
import type { ServerAddress } from "../../../wire/netlink/ipvs/ipvs.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import { readSavedRules } from "../iptables/sync/saved-rules.ts";
import { patchMap } from "../model/cluster/patched-map.ts";
import type { Proxier, ProxyView, SyncSummary } from "../model/proxier.ts";
import type { ProxyKernel } from "../model/proxy-kernel.ts";
import type { ProxyNode } from "../model/proxy-node.ts";
import { ipvsSysctls } from "./ipvs-sysctls.ts";
import { type IpvsSettings, ipvsSettings } from "./settings.ts";
import { type ListedServers, listServers } from "./sync/listed-servers.ts";
import { drainingIn, removeDrained } from "./sync/server-changes.ts";
import { parseSets } from "./sync/set-commands.ts";
import {
  cleanState,
  drainingServers,
  goalOf,
  type IpvsState,
  isFullSync,
  losingServers,
  planSync,
  type SyncPlan,
} from "./sync/sync-plan.ts";
import { IPVS_DEVICE } from "./wanted/bound-addresses.ts";

export interface IpvsProxierOptions {
  readonly family: IpFamily;
  readonly config: KubeProxyConfig;
  readonly kernel: Pick<ProxyKernel, "iptablesRestore" | "iptablesSave" | "ipvs">;
  /** What `iptables-save` printed when kube-proxy came to the node; absent on a node that nobody has touched. */
  readonly rulesAtStart?: string | undefined;
  readonly timer?: Timer | undefined;
}

/** How often real servers that drain are looked at. */
const DRAIN_PERIOD_MS = 60_000;
/** Of TEST-NET-2, as upstream's probe. */
const PROBE: ServerAddress = { protocol: "tcp", address: ipAddress("198.51.100.0"), port: 20_000 };

export class IpvsProxier implements Proxier, Disposable {
  readonly #options: IpvsProxierOptions;
  #state: IpvsState = cleanState;
  #settings: IpvsSettings | undefined;
  /** Only the kernel can tell what there is: at a start after another's, and after a failure. */
  #mustRead: boolean;
  #isPrepared = false;
  /** One after the other: a sync, or a look at what drains. */
  #turn: Promise<unknown> = Promise.resolve();
  #cancelLook: (() => void) | undefined;

  constructor(options: IpvsProxierOptions) {
    this.#options = options;
    this.#mustRead = options.rulesAtStart !== undefined;
  }

  sync(view: ProxyView): Promise<SyncSummary> {
    return this.#inTurn(() => this.#sync(view));
  }

  /** Looks no more at what drains. */
  [Symbol.dispose](): void {
    this.#cancelLook?.();
  }

  async #sync({ cluster, node, nowMs }: ProxyView): Promise<SyncSummary> {
    const { config } = this.#options;
    const input = { cluster, config, nowMs, settings: this.#settingsFor(node) };
    this.#prepare();
    if (this.#mustRead) await this.#read();
    if (isFullSync(this.#state, input)) this.#state = { ...this.#state, bound: this.#bound() };
    const state = this.#state;
    const goal = goalOf(state, input);
    // Until the kernel has taken it: what a failure leaves, nobody knows.
    this.#mustRead = true;
    // Asks how many connections there are only of those where that decides something.
    const present = patchMap(state.servers, this.#count(losingServers(state, goal)));
    const plan = planSync(state, input, goal, present);
    await this.#apply(plan);
    this.#state = plan.next;
    this.#mustRead = false;
    this.#planLook();
    const { sets, rules } = plan;
    return {
      type: goal.changed === undefined ? "full" : "partial",
      changed: goal.changed?.size ?? cluster.services.size,
      bytes: lines(sets).length + rules.length,
      noLocalEndpoints: goal.wanted.noLocalEndpoints,
    };
  }

  async #apply({ bind, servers, sets, rules, unbind }: SyncPlan): Promise<void> {
    const { ipvs, iptablesRestore } = this.#options.kernel;
    if (bind.length > 0) ipvs.bindAddresses(IPVS_DEVICE, { add: bind, remove: [] });
    if (servers.length > 0) ipvs.changeServers(servers);
    if (sets.length > 0) await ipvs.ipsetRestore(lines(sets));
    if (rules !== "") await iptablesRestore(rules);
    if (unbind.length > 0) ipvs.bindAddresses(IPVS_DEVICE, { add: [], remove: unbind });
  }

  /** Tries the scheduler, which loads it and all else, before settings that are there only then. */
  #prepare(): void {
    if (this.#isPrepared) return;
    const { config, kernel } = this.#options;
    const { scheduler, timeoutSeconds } = config.ipvs;
    const [tcp, tcpFin, udp] = timeoutSeconds;
    kernel.ipvs.changeServers([
      { type: "add", server: PROBE, scheduler, persistentSeconds: undefined, byPort: false },
      { type: "delete", server: PROBE },
    ]);
    kernel.ipvs.writeSysctls(ipvsSysctls(config));
    if (timeoutSeconds.some((seconds) => seconds > 0)) {
      kernel.ipvs.setTimeouts({ tcp, tcpFin, udp });
    }
    kernel.ipvs.bindAddresses(IPVS_DEVICE, { add: [], remove: [] });
    this.#isPrepared = true;
  }

  /** The device, like the virtual servers, is one for both families; the other one's are not ours. */
  #bound(): ReadonlySet<string> {
    const { kernel, family } = this.#options;
    const all = kernel.ipvs.boundAddresses(IPVS_DEVICE) ?? [];
    return new Set(all.filter((each) => familyOf(each) === family));
  }

  /** What was draining drains on. */
  async #read(): Promise<void> {
    const { kernel, family } = this.#options;
    const servers = listServers(kernel.ipvs.servers(), family);
    this.#state = {
      ...cleanState,
      servers,
      draining: drainingIn(servers, this.#state.synced?.wanted.servers ?? new Map()),
      sets: parseSets(await kernel.ipvs.ipsetSave()),
      jumps: readSavedRules(await kernel.iptablesSave()).jumps,
    };
  }

  /** These as they are now: with their connections. */
  #count(servers: readonly ServerAddress[]): ListedServers {
    const { kernel, family } = this.#options;
    const counted = servers.map((server) => kernel.ipvs.server(server));
    return listServers(
      counted.filter((server) => server !== undefined),
      family,
    );
  }

  #planLook(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    if (this.#state.draining.size === 0) return;
    const look = (): void => {
      // What fails is looked at again with the next sync, which reads everything anew.
      this.#inTurn(async () => this.#look()).catch(() => undefined);
    };
    this.#cancelLook = (this.#options.timer ?? startTimer)(look, DRAIN_PERIOD_MS);
  }

  #look(): void {
    if (this.#mustRead) return;
    const state = this.#state;
    this.#mustRead = true;
    const present = this.#count(drainingServers(state));
    const { changes, servers, draining } = removeDrained(present, state.draining);
    if (changes.length > 0) this.#options.kernel.ipvs.changeServers(changes);
    this.#state = { ...state, servers: patchMap(state.servers, servers), draining };
    this.#mustRead = false;
    this.#planLook();
  }

  /** The same object for as long as nothing in it changes: new settings make the sync a full one. */
  #settingsFor(node: ProxyNode): IpvsSettings {
    const { config, family } = this.#options;
    const settings = ipvsSettings(config, node, family);
    if (!isDeepStrictEqual(this.#settings, settings)) this.#settings = settings;
    return this.#settings ?? settings;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function lines(commands: readonly string[]): string {
  return commands.map((command) => `${command}\n`).join("");
}
