/** Ports of one node that lead to its pods, kept in its iptables while pods come and go. */
import { createHash } from "node:crypto";
import {
  type MappedPod,
  renderHooks,
  renderHostPorts,
} from "../../../components/cni-portmap/host-port-rules.ts";
import type { NetnsPlan } from "../../../kernel/plan/plan.ts";
import { deleteConntrack } from "../../../kernel/rules/conntrack.ts";
import { iptablesRestore } from "../../../kernel/rules/rules.ts";
import { writeSysctls } from "../../../kernel/sysctl.ts";
import { familyOf, type IpFamily } from "../../../net/ip-address.ts";
import type { Topology } from "../../../topology/topology.ts";
import type { Machines } from "../machines/machines.ts";
import type { PodIdentity } from "../networks/pod-network.ts";

/** As the configurations call themselves that these networks come with. Real plugins have their own portmap, or none. */
const networkNames: Readonly<Record<Topology["network"]["plugin"]["type"], string | undefined>> = {
  bridge: "bridge",
  flannel: "cbr0",
  weave: "weave",
  calico: "k8s-pod-network",
  exec: undefined,
};

export class HostPorts {
  readonly #node: string;
  readonly #machines: Machines;
  readonly #networkName: string | undefined;
  /** By the pod's netns, of each family. */
  readonly #pods = new Map<string, readonly MappedPod[]>();
  readonly #hooked = new Set<IpFamily>();
  #last: Promise<void> = Promise.resolve();

  constructor(node: string, machines: Machines, { plugin }: Topology["network"]) {
    this.#node = node;
    this.#machines = machines;
    this.#networkName = networkNames[plugin.type];
  }

  /** `plans` are those by which the pod has been wired. @throws ProgramError */
  async add({ netns, portMappings }: PodIdentity, plans: readonly NetnsPlan[]): Promise<void> {
    const networkName = this.#networkName;
    if (portMappings.length === 0 || networkName === undefined) return;
    const containerId = createHash("sha256").update(netns).digest("hex");
    const wire = plans.filter((plan) => plan.netns === netns);
    const mapped = wire
      .flatMap(({ addresses = [] }) => addresses)
      .map(({ address }) => ({ networkName, containerId, address, mappings: portMappings }));
    const device = nodeDevice(wire);
    await this.#inTurn(async () => {
      this.#pods.set(netns, mapped);
      // What the node itself sends to 127.0.0.1 goes out by this device, with that as its source.
      const path = `net/ipv4/conf/${device}/route_localnet`;
      writeSysctls(this.#machines.netns(this.#node), { [path]: "1" });
      for (const pod of mapped) await this.#write(familyOf(pod.address.address));
      await this.#forgetFlows(mapped);
    });
  }

  /** @throws ProgramError */
  async remove({ netns }: PodIdentity): Promise<void> {
    const gone = this.#pods.get(netns);
    if (gone === undefined) return;
    await this.#inTurn(async () => {
      this.#pods.delete(netns);
      // With the node go its rules.
      if (!this.#machines.has(this.#node)) return;
      for (const pod of gone) await this.#write(familyOf(pod.address.address), [pod]);
      await this.#forgetFlows(gone);
    });
  }

  /** Of two that write the whole, the later one knows more. */
  #inTurn(write: () => Promise<void>): Promise<void> {
    const done = this.#last.then(write);
    // Whoever asked for it hears of a failure.
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #write(family: IpFamily, gone: readonly MappedPod[] = []): Promise<void> {
    // biome-ignore lint/nursery/useDisposables: the machines own it.
    const netns = this.#machines.netns(this.#node);
    if (!this.#hooked.has(family)) await iptablesRestore(netns, renderHooks(), family);
    this.#hooked.add(family);
    const pods = [...this.#pods.values()]
      .flat()
      .filter(({ address }) => familyOf(address.address) === family);
    await iptablesRestore(netns, renderHostPorts(pods, gone), family);
  }

  /** The kernel remembers for a UDP flow that goes on where it went before. */
  async #forgetFlows(pods: readonly MappedPod[]): Promise<void> {
    const ports = pods.flatMap(({ mappings }) =>
      mappings.filter(({ protocol }) => protocol === "udp").map(({ hostPort }) => hostPort),
    );
    for (const originalDestinationPort of new Set(ports)) {
      await deleteConntrack(this.#machines.netns(this.#node), {
        protocol: "udp",
        originalDestinationPort,
      });
    }
  }
}

/** By which the node reaches the pod: the bridge whose port is the node's end of the wire, or that end itself. */
function nodeDevice(wire: readonly NetnsPlan[]): string {
  const [end] = wire
    .flatMap(({ links = [] }) => links)
    .flatMap((link) => (link.type === "veth" ? [link.peer] : []));
  if (end === undefined) throw new RangeError("a pod is wired by a veth pair");
  return end.master ?? end.name;
}
