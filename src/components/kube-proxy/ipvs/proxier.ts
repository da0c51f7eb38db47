/** Drives one node's virtual servers, sets and rules from sync to sync. What decides is in pure files beside this. */
import { startTimer, type Timer } from "../../../base/work-queue.ts";
import { familyOf, type IpFamily } from "../../../net/ip-address.ts";
import { missingJumps, readSavedRules, type SavedRules } from "../iptables/saved-rules.ts";
import type { KubeProxyConfig } from "../model/config.ts";
import type { Proxier, ProxyView, SyncSummary } from "../model/proxier.ts";
import type { ProxyKernel } from "../model/proxy-kernel.ts";
import { boundAddresses, IPVS_DEVICE } from "./bound-addresses.ts";
import { setContents } from "./ip-sets.ts";
import { ipvsSysctls } from "./ipvs-sysctls.ts";
import { type ListedServers, parseServers } from "./listed-servers.ts";
import { ipvsJumps, rulesPayload } from "./rules.ts";
import { changeServers, drainingIn, removeDrained } from "./server-commands.ts";
import { type ListedSets, listedSets, parseSets, setCommands } from "./set-commands.ts";
import { ipvsSettings } from "./settings.ts";
import { type VirtualServer, virtualServers } from "./virtual-server.ts";

export interface IpvsProxierOptions {
  readonly family: IpFamily;
  readonly config: KubeProxyConfig;
  readonly kernel: Pick<ProxyKernel, "iptablesRestore" | "iptablesSave" | "ipvs">;
  /** What `iptables-save` printed when kube-proxy came to the node; absent on a node that nobody has touched. */
  readonly rulesAtStart?: string | undefined;
  readonly timer?: Timer | undefined;
}

/** What the node has, as far as we know. */
interface Known {
  readonly servers: ListedServers;
  readonly sets: ListedSets;
  readonly jumps: SavedRules["jumps"];
  /** The payload that was loaded last. */
  readonly rules: string | undefined;
}

const CLEAN: Known = { servers: new Map(), sets: new Map(), jumps: [], rules: undefined };

/** How often real servers that drain are looked at. */
const DRAIN_PERIOD_MS = 60_000;
/** Of TEST-NET-2, as upstream's probe. */
const PROBE = "-t 198.51.100.0:20000";

export class IpvsProxier implements Proxier, Disposable {
  readonly #options: IpvsProxierOptions;
  /** Undefined when only the kernel can tell: at a start after another's, and after a failure. */
  #known: Known | undefined;
  #wanted: ReadonlyMap<string, VirtualServer> = new Map();
  #isPrepared = false;
  /** One after the other: a sync, or a look at what drains. */
  #turn: Promise<unknown> = Promise.resolve();
  #cancelLook: (() => void) | undefined;

  constructor(options: IpvsProxierOptions) {
    this.#options = options;
    this.#known = options.rulesAtStart === undefined ? CLEAN : undefined;
  }

  sync(view: ProxyView): Promise<SyncSummary> {
    return this.#inTurn(() => this.#sync(view));
  }

  /** Looks no more at what drains. */
  [Symbol.dispose](): void {
    this.#cancelLook?.();
  }

  async #sync({ cluster, node }: ProxyView): Promise<SyncSummary> {
    const { config, family, kernel } = this.#options;
    const settings = ipvsSettings(config, node, family);
    await this.#prepare();
    const known = this.#known ?? (await this.#read());
    this.#known = undefined;
    const wanted = virtualServers(cluster, settings);
    const addresses = boundAddresses(cluster, settings);
    // The device, like the virtual servers, is one for both families; the other one's are not ours.
    const bound = new Set(
      kernel.ipvs.boundAddresses(IPVS_DEVICE)?.filter((each) => familyOf(each) === family),
    );
    const missing = [...addresses].filter((address) => !bound.has(address));
    kernel.ipvs.bindAddresses(IPVS_DEVICE, { add: missing, remove: [] });

    const { commands, servers } = await this.#changeServers(known, wanted);
    const contents = setContents(cluster, settings);
    const sets = setCommands(known.sets, contents, family);
    const jumps = missingJumps(ipvsJumps, known.jumps);
    const rules = rulesPayload({ cluster, settings, contents, jumps: [] });
    const payload = rulesPayload({ cluster, settings, contents, jumps });
    if (commands.length > 0) await kernel.ipvs.ipvsRestore(lines(commands));
    if (sets.length > 0) await kernel.ipvs.ipsetRestore(lines(sets));
    if (rules !== known.rules) await kernel.iptablesRestore(payload);

    const superfluous = [...bound].filter((address) => !addresses.has(address));
    kernel.ipvs.bindAddresses(IPVS_DEVICE, { add: [], remove: superfluous });
    this.#known = { servers, sets: listedSets(contents, family), jumps: ipvsJumps, rules };
    this.#wanted = wanted;
    this.#planLook();
    return {
      type: "full",
      changed: cluster.services.size,
      bytes: lines([...commands, ...sets]).length + (rules === known.rules ? 0 : payload.length),
    };
  }

  /** Tries the scheduler, which loads it and all else, before settings that are there only then. */
  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    const { config, kernel } = this.#options;
    const { scheduler, timeoutSeconds } = config.ipvs;
    await kernel.ipvs.ipvsRestore(lines([`-A ${PROBE} -s ${scheduler}`, `-D ${PROBE}`]));
    kernel.ipvs.writeSysctls(ipvsSysctls(config));
    if (timeoutSeconds.some((seconds) => seconds > 0)) {
      await kernel.ipvs.ipvsTimeouts(timeoutSeconds);
    }
    this.#isPrepared = true;
  }

  async #listServers(): Promise<ListedServers> {
    const { kernel, family } = this.#options;
    const listed = parseServers(await kernel.ipvs.ipvsList());
    return new Map([...listed].filter(([, { address }]) => familyOf(address) === family));
  }

  async #read(): Promise<Known> {
    const { kernel } = this.#options;
    return {
      servers: await this.#listServers(),
      sets: parseSets(await kernel.ipvs.ipsetSave()),
      jumps: readSavedRules(await kernel.iptablesSave()).jumps,
      rules: undefined,
    };
  }

  /** Asks how many connections there are only when that decides something. */
  async #changeServers(
    known: Known,
    wanted: ReadonlyMap<string, VirtualServer>,
  ): Promise<ReturnType<typeof changeServers>> {
    const { config } = this.#options;
    const present =
      drainingIn(known.servers, wanted).size === 0 ? known.servers : await this.#listServers();
    return changeServers({
      present,
      wanted,
      draining: drainingIn(known.servers, this.#wanted),
      excludeCIDRs: config.ipvs.excludeCIDRs,
    });
  }

  #planLook(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    const { servers = CLEAN.servers } = this.#known ?? {};
    if (drainingIn(servers, this.#wanted).size === 0) return;
    const look = (): void => {
      // What fails is looked at again with the next sync, which reads everything anew.
      this.#inTurn(() => this.#look()).catch(() => undefined);
    };
    this.#cancelLook = (this.#options.timer ?? startTimer)(look, DRAIN_PERIOD_MS);
  }

  async #look(): Promise<void> {
    const known = this.#known;
    if (known === undefined) return;
    const { kernel } = this.#options;
    this.#known = undefined;
    const present = await this.#listServers();
    const { commands, servers } = removeDrained(present, drainingIn(present, this.#wanted));
    if (commands.length > 0) await kernel.ipvs.ipvsRestore(lines(commands));
    this.#known = { ...known, servers };
    this.#planLook();
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
