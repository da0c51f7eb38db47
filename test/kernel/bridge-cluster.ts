/**
 * Two nodes with the bridge pod network and a machine outside, for tests:
 *
 *     node01 192.168.0.16, pods 10.244.0.0/24      node02 192.168.0.18, pods 10.244.1.0/24
 *     laptop 192.168.0.100, which knows no route to pods
 */

import { Deadline } from "../../src/base/deadline.ts";
import {
  type BridgeNetwork,
  type BridgeOptions,
  defaultBridgeOptions,
} from "../../src/components/cni-bridge/bridge-network.ts";
import { planNode } from "../../src/components/cni-bridge/plan-node.ts";
import { planPod } from "../../src/components/cni-bridge/plan-pod.ts";
import { HostLocalIpam } from "../../src/components/ipam-host-local/host-local-ipam.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { applyPlans } from "../../src/kernel/plan/apply-plan.ts";
import { awaitCarriers } from "../../src/kernel/plan/carriers.ts";
import type { NetnsPlan } from "../../src/kernel/plan/plan.ts";
import { iptablesRestore } from "../../src/kernel/rules/rules.ts";
import { hostSysctls, machineSysctls, nodeSysctls } from "../../src/lab/fabric/sysctls.ts";
import { planPodNetns } from "../../src/lab/live/containers/pod-netns-plan.ts";
import { cidr } from "../../src/net/cidr.ts";
import { type IpAddress, ipAddress } from "../../src/net/ip-address.ts";
import { patient } from "../patience.ts";

export interface ClusterPod {
  readonly netns: Netns;
  readonly address: IpAddress;
}

export class BridgeCluster implements Disposable {
  readonly node01Address: IpAddress = ipAddress("192.168.0.16");
  readonly node02Address: IpAddress = ipAddress("192.168.0.18");
  readonly laptopAddress: IpAddress = ipAddress("192.168.0.100");
  readonly #prefix: string;
  readonly #network: BridgeNetwork;
  readonly #netns = new Map<string, Netns>();
  readonly #ipam = new Map<string, HostLocalIpam>();

  private constructor(prefix: string, options: Partial<BridgeOptions>) {
    this.#prefix = prefix;
    this.#network = {
      podCIDR: cidr("10.244.0.0/16"),
      underlayMtu: 1500,
      options: { ...defaultBridgeOptions, ...options },
    };
  }

  /** `prefix` keeps the names of tests that run at the same time apart. */
  static async create(
    prefix: string,
    options: Partial<BridgeOptions> = {},
  ): Promise<BridgeCluster> {
    const cluster = new BridgeCluster(prefix, options);
    for (const name of ["switch", "node01", "node02", "laptop"]) cluster.#add(name);
    await cluster.#wire(cluster.#underlay());
    const nodes = cluster.#nodes();
    for (const node of nodes) {
      const { plan, iptables } = planNode(node, nodes, cluster.#network);
      await cluster.#wire([plan]);
      await iptablesRestore(cluster.netns(node.name), iptables);
      cluster.#ipam.set(node.name, new HostLocalIpam(node.podCIDR));
    }
    return cluster;
  }

  /** By its full name, or by what follows the prefix. */
  netns(name: string): Netns {
    // biome-ignore lint/nursery/useDisposables: the cluster owns it.
    const found = this.#netns.get(name) ?? this.#netns.get(`${this.#prefix}-${name}`);
    if (found === undefined) throw new Error(`the test has no netns ${name}`);
    return found;
  }

  async addPod(nodeName: "node01" | "node02", name: string): Promise<ClusterPod> {
    const node = this.#nodes().find((candidate) => candidate.name.endsWith(nodeName));
    const address = this.#ipam.get(node?.name ?? "")?.allocate(name);
    if (node === undefined || address === undefined) throw new Error(`no node ${nodeName}`);
    // biome-ignore lint/nursery/useDisposables: the cluster owns it.
    const netns = this.#add(name);
    const pod = { namespace: "default", name, netns: netns.name, address };
    await this.#wire([planPodNetns(netns.name, ["ipv4"]), planPod(node, pod, this.#network)]);
    return { netns, address };
  }

  removePod(nodeName: "node01" | "node02", name: string): void {
    const full = `${this.#prefix}-${name}`;
    this.netns(full)[Symbol.dispose]();
    this.#netns.delete(full);
    this.#ipam.get(`${this.#prefix}-${nodeName}`)?.release(name);
  }

  [Symbol.dispose](): void {
    for (const netns of this.#netns.values()) netns[Symbol.dispose]();
  }

  /** A wire that cannot carry yet loses the first ARP request, and a second with it. */
  async #wire(plans: readonly NetnsPlan[]): Promise<void> {
    applyPlans(plans, this.#netns);
    using deadline = new Deadline(patient(20_000));
    await awaitCarriers(plans, this.#netns, deadline.signal);
  }

  #add(name: string): Netns {
    // biome-ignore lint/nursery/useDisposables: the cluster owns it.
    const netns = Netns.create(`${this.#prefix}-${name}`);
    this.#netns.set(netns.name, netns);
    return netns;
  }

  #nodes() {
    return [
      {
        name: "node01",
        address: this.node01Address,
        subnet: "underlay",
        podCIDR: cidr("10.244.0.0/24"),
      },
      {
        name: "node02",
        address: this.node02Address,
        subnet: "underlay",
        podCIDR: cidr("10.244.1.0/24"),
      },
    ].map((node) => ({ ...node, name: `${this.#prefix}-${node.name}` }));
  }

  #underlay(): readonly NetnsPlan[] {
    const hub = `${this.#prefix}-switch`;
    const machines = [
      ["node01", this.node01Address],
      ["node02", this.node02Address],
      ["laptop", this.laptopAddress],
    ] as const;
    const wires: readonly NetnsPlan[] = machines.map(([name, address]) => ({
      netns: `${this.#prefix}-${name}`,
      sysctls: { ...machineSysctls, ...(name === "laptop" ? hostSysctls : nodeSysctls) },
      links: [
        { type: "existing", name: "lo" },
        { type: "veth", name: "eth0", peer: { netns: hub, name, master: "br0" } },
      ],
      addresses: [{ device: "eth0", address: { address, prefixLength: 24 } }],
    }));
    const bridge: NetnsPlan = {
      netns: hub,
      sysctls: { "net/bridge/bridge-nf-call-iptables": "0" },
      links: [{ type: "bridge", name: "br0" }],
    };
    return [bridge, ...wires];
  }
}
