/**
 * What the pod network has on nodes and routers, kept as the network wants it: while nodes come and go, and while blocks of
 * addresses change hands, what is new is added before what is old is taken away.
 */
import type { NetnsPlan } from "../../../kernel/plan/plan.ts";
import {
  isEmptyPlan,
  mergedByNetns,
  planDifference,
} from "../../../kernel/plan/plan-difference.ts";
import { ipsetRestore, iptablesRestore } from "../../../kernel/rules/rules.ts";
import type { Machines } from "../machines/machines.ts";
import type { NodeNetwork, PodNetwork } from "../networks/pod-network.ts";
import type { Members } from "./members.ts";

export interface NodeWiringsOptions {
  readonly network: PodNetwork;
  readonly members: Members;
  readonly machines: Machines;
}

export class NodeWirings {
  readonly #options: NodeWiringsOptions;
  /** By netns: nodes and routers. */
  #plans: ReadonlyMap<string, NetnsPlan> = new Map();
  /** By node, as loaded. */
  readonly #rules = new Map<string, Omit<NodeNetwork, "plan">>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: NodeWiringsOptions) {
    this.#options = options;
  }

  /**
   * Brings every member up to date, one change after the other.
   *
   * @throws KernelError, ProgramError of what is refused.
   */
  update(signal: AbortSignal): Promise<void> {
    const done = this.#last.then(async () => {
      await this.lay([], signal);
      await this.loadRules();
    });
    // Whoever asked for it hears of a failure.
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Devices, addresses and tables, together with `others` in one go. @throws KernelError. */
  async lay(others: readonly NetnsPlan[], signal: AbortSignal): Promise<void> {
    const { network, machines } = this.#options;
    const before = this.#plans;
    const wanted = mergedByNetns([
      ...this.#wanted().map(([, { plan }]) => plan),
      ...(network.routers?.() ?? []),
    ]);
    const after = new Map(wanted.map((plan) => [plan.netns, plan]));
    const added = wanted.map((plan) => planDifference(plan, before.get(plan.netns)));
    await machines.apply([...others, ...added.filter((plan) => !isEmptyPlan(plan))], signal);
    const old = [...before.values()].map((plan) =>
      planDifference(plan, after.get(plan.netns) ?? { netns: plan.netns }),
    );
    machines.takeAway(old.filter((plan) => !isEmptyPlan(plan)));
    this.#plans = after;
  }

  /** Sets and rules. @throws ProgramError. */
  async loadRules(): Promise<void> {
    await Promise.all(this.#wanted().map(([name, rules]) => this.#load(name, rules)));
  }

  async #load(name: string, { ipset, iptables, ip6tables = "" }: NodeNetwork): Promise<void> {
    // biome-ignore lint/nursery/useDisposables: the machines own it.
    const netns = this.#options.machines.netns(name);
    const before = this.#rules.get(name);
    // The rules name the sets.
    const changes = ipsetChanges(before?.ipset, ipset);
    if (changes !== "") await ipsetRestore(netns, changes);
    this.#rules.set(name, { ...(ipset !== undefined && { ipset }), iptables });
    // Rules speak of the node and its devices alone, so once is enough; sets name the others.
    if (before !== undefined) return;
    if (iptables !== "") await iptablesRestore(netns, iptables);
    if (ip6tables !== "") await iptablesRestore(netns, ip6tables, "ipv6");
  }

  #wanted(): ReadonlyArray<readonly [string, NodeNetwork]> {
    const { network, members } = this.#options;
    return members.nodes.map((node) => [node.name, network.node(node)] as const);
  }
}

/** What `ipset restore` has to be told to make one of the other; entries only, sets stay. */
function ipsetChanges(before = "", after = ""): string {
  const [old, wanted] = [before, after].map((text) => text.split("\n").filter((line) => line));
  const added = (wanted ?? []).filter((line) => !old?.includes(line));
  const gone = (old ?? []).filter((line) => line.startsWith("add ") && !wanted?.includes(line));
  const lines = [...added, ...gone.map((line) => line.replace(/^add /, "del "))];
  return lines.map((line) => `${line}\n`).join("");
}
