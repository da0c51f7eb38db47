/** Every network namespace of the lab, what it sees besides the network, and its end. */
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import { IPVS_DEVICE } from "../../../components/kube-proxy/ipvs/wanted/bound-addresses.ts";
import { Rtnetlink } from "../../../kernel/devices/rtnetlink.ts";
import type { RootMount } from "../../../kernel/mounts/container-root.ts";
import { PlaceNamespaces, type PlaceView } from "../../../kernel/mounts/namespaces.ts";
import { Netns } from "../../../kernel/netns.ts";
import { applyPlans } from "../../../kernel/plan/apply-plan.ts";
import { awaitCarriers } from "../../../kernel/plan/carriers.ts";
import type { NetnsPlan } from "../../../kernel/plan/plan.ts";
import { removePlan } from "../../../kernel/plan/remove-plan.ts";
import { endProcesses, type Place } from "../../../kernel/processes/process.ts";
import { type IpAddress, parseIpAddress } from "../../../net/ip-address.ts";
import { isLinkLocal } from "../../../net/link-local.ts";

interface Machine {
  readonly netns: Netns;
  /** Made when the first program runs there. */
  namespaces?: PlaceNamespaces;
  view: PlaceView;
  /** Those of its containers in which a program runs, in the order of their start. */
  readonly containers: Map<string, PlaceNamespaces>;
  /** Whether a program ever ran there. */
  hasPrograms: boolean;
  /** What every program there has. */
  common?: Readonly<Record<string, string>>;
  /** What its first container has, for programs that are run beside it. */
  environment?: Readonly<Record<string, string>>;
}

/** What a container sees. */
export interface ContainerView {
  /** Something that no other place of the lab is called. */
  readonly id: string;
  readonly view: PlaceView;
  readonly mounts: readonly RootMount[];
  /** A pod in its node's network leaves the node's place as it is. */
  readonly network: "own" | "the node's";
}

export class Machines implements AsyncDisposable {
  readonly #byName = new Map<string, Machine>();
  readonly #netnsByName = new Map<string, Netns>();

  /** An empty netns; `view` is what programs there will see. */
  create(name: string, view: PlaceView): Netns {
    // biome-ignore lint/nursery/useDisposables: removed by `remove`, or with the lab.
    const netns = Netns.create(name);
    this.#byName.set(name, {
      netns,
      view,
      containers: new Map(),
      hasPrograms: false,
    });
    this.#netnsByName.set(name, netns);
    return netns;
  }

  /** Of all that there are. */
  names(): Iterable<string> {
    return this.#byName.keys();
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  netns(name: string): Netns {
    return this.#machine(name).netns;
  }

  /**
   * Wires what exists, all plans in one go; resolves when every wire of them can carry a packet.
   *
   * @throws KernelError for the first that the kernel refuses.
   */
  async apply(plans: readonly NetnsPlan[], signal: AbortSignal): Promise<void> {
    applyPlans(plans, this.#netnsByName);
    await awaitCarriers(plans, this.#netnsByName, signal);
  }

  /** Takes away what plans have made. @throws KernelError for the first that the kernel refuses to. */
  takeAway(plans: readonly NetnsPlan[]): void {
    for (const plan of plans) removePlan(plan, this.#netnsByName);
  }

  netlink(name: string): Rtnetlink {
    return Rtnetlink.of(this.#machine(name).netns);
  }

  /**
   * Where programs run: the netns with its own /etc files and hostname. In a pod that runs programs it is
   * the first such container, with its volumes.
   */
  place(name: string): Place & { readonly namespaces: PlaceNamespaces } {
    const machine = this.#machine(name);
    const [container] = machine.containers.values();
    if (container !== undefined) return { netns: machine.netns, namespaces: container };
    machine.namespaces ??= new PlaceNamespaces(machine.netns, machine.view);
    machine.hasPrograms = true;
    return { netns: machine.netns, namespaces: machine.namespaces };
  }

  /** A place for one run of a container, until it is disposed of. */
  containerPlace(name: string, container: ContainerView): Place & Disposable {
    const machine = this.#machine(name);
    const { id, view, mounts } = container;
    // biome-ignore lint/nursery/useDisposables: the caller's to dispose of.
    const namespaces = new PlaceNamespaces(machine.netns, view, { name: id, mounts });
    machine.hasPrograms = true;
    if (container.network === "own") machine.containers.set(id, namespaces);
    return {
      netns: machine.netns,
      namespaces,
      [Symbol.dispose]: () => {
        machine.containers.delete(id);
        namespaces[Symbol.dispose]();
      },
    };
  }

  resolvConf(name: string): string {
    return this.#machine(name).view.resolvConf;
  }

  hosts(name: string): string {
    return this.#machine(name).view.hosts;
  }

  /** What programs there see from now on; the hostname stays as it is where programs have run. */
  setView(name: string, view: PlaceView): void {
    const machine = this.#machine(name);
    machine.view = view;
    for (const place of placesOf(machine)) place.update(view);
  }

  /** Of a program that is run there: what is common to all, and in a pod what its first container has. */
  environment(name: string): Readonly<Record<string, string>> {
    const { common, environment } = this.#machine(name);
    return { ...common, ...environment };
  }

  setCommonEnvironment(name: string, common: Readonly<Record<string, string>>): void {
    this.#machine(name).common = common;
  }

  setEnvironment(name: string, environment: Readonly<Record<string, string>>): void {
    this.#machine(name).environment ??= environment;
  }

  /** Addresses that others could use, without loopback's and link-local ones; of one device, when it is named. */
  addressesIn(name: string, device?: string): readonly IpAddress[] {
    const named = this.netlink(name).index(device ?? "lo");
    return this.#addresses(name, (index) => (index === named) === (device !== undefined));
  }

  /** A node's, without those of Services, which ipvs mode gives to every node. */
  ownAddresses(name: string): readonly IpAddress[] {
    const others = ["lo", IPVS_DEVICE].map((device) => this.netlink(name).index(device));
    return this.#addresses(name, (index) => !others.includes(index));
  }

  /** Ends what runs there and frees the netns with its devices. */
  async remove(name: string): Promise<void> {
    const machine = this.#byName.get(name);
    if (machine === undefined) return;
    this.#byName.delete(name);
    this.#netnsByName.delete(name);
    // Only where programs ran is there anything to end; looking costs a walk through /proc.
    if (machine.hasPrograms) await endProcesses(machine.netns, { graceMs: 0 });
    for (const place of placesOf(machine)) place[Symbol.dispose]();
    machine.netns[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using removals = new CleanupStack();
    for (const name of this.#byName.keys()) removals.defer(() => this.remove(name));
  }

  #addresses(name: string, isMeant: (index: number) => boolean): readonly IpAddress[] {
    return this.netlink(name)
      .addressesByIndex()
      .filter(({ index }) => isMeant(index))
      .flatMap(({ address }) => parseIpAddress(address.address) ?? [])
      .filter((address) => !isLinkLocal(address));
  }

  #machine(name: string): Machine {
    const machine = this.#byName.get(name);
    if (machine === undefined) throw new RangeError(`there is no netns ${name}`);
    return machine;
  }
}

function placesOf({ namespaces, containers }: Machine): readonly PlaceNamespaces[] {
  return [...(namespaces === undefined ? [] : [namespaces]), ...containers.values()];
}

/** For a machine that is no pod: its name, and whom it asks for names. */
export function plainView(hostname: string, resolvConf = ""): PlaceView {
  const loopback = "127.0.0.1\tlocalhost\n";
  return { hostname, resolvConf, hosts: `${loopback}127.0.1.1\t${hostname}\n` };
}
