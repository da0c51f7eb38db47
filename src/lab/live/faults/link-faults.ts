/** What is done to the wires of a lab: cut, mended, and made worse. */
import { impair } from "../../../kernel/devices/impairment.ts";
import type { Rtnetlink } from "../../../kernel/devices/rtnetlink.ts";
import { linkSet } from "../../../wire/netlink/devices/link.ts";
import type { Netem } from "../../../wire/netlink/rtnetlink/qdisc.ts";
import { type Route, routeReplace } from "../../../wire/netlink/rtnetlink/route.ts";
import { portName } from "../../fabric/plan-fabric.ts";
import { RunError } from "../run-error.ts";

/** A device of a machine, and the node that the machine is on, if it is a pod. */
export interface FaultyDevice {
  readonly netns: string;
  readonly device: string;
  readonly node: string | undefined;
}

/** One end of a wire. */
interface End {
  readonly netns: string;
  readonly device: string;
}

export interface LinkFaultsOptions {
  readonly netlink: (netns: string) => Rtnetlink;
  /** The netns with the switches. */
  readonly underlay: string;
}

export class LinkFaults {
  readonly #options: LinkFaultsOptions;
  /** What was asked of each end so far, by `netns device`. */
  readonly #impaired = new Map<string, Netem>();
  /** Routes that went with a device, until it is back. */
  readonly #lostRoutes = new Map<string, readonly Route[]>();

  constructor(options: LinkFaultsOptions) {
    this.#options = options;
  }

  /**
   * Changes what is given and leaves the rest as it was; 0 ends one.
   *
   * @throws HostError when the kernel lacks netem; RunError when nobody is at the other end of the device.
   */
  impair(at: FaultyDevice, direction: "out" | "in" | "both", change: Netem): void {
    const ends = [
      ...(direction === "in" ? [] : [at]),
      ...(direction === "out" ? [] : [this.#peerOf(at)]),
    ];
    for (const end of ends) {
      const key = keyOf(end);
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      const settings: Netem = { ...this.#impaired.get(key), ...Object.fromEntries(given) };
      impair(this.#options.netlink(end.netns), end.device, settings);
      this.#impaired.set(key, settings);
    }
  }

  /** Nothing passes any more. Of a machine's cable it is the switch that is down: its own routes stay. */
  cut(at: FaultyDevice): void {
    const end = this.#endToCut(at);
    const netlink = this.#options.netlink(end.netns);
    const routes = netlink.routes().filter(({ device }) => device === end.device);
    netlink.apply([linkSet({ name: end.device, state: "down" })]);
    this.#lostRoutes.set(keyOf(end), this.#lostRoutes.get(keyOf(end)) ?? routes);
  }

  /** As it was before anything happened to it. */
  mend(at: FaultyDevice): void {
    const end = this.#endToCut(at);
    const netlink = this.#options.netlink(end.netns);
    netlink.apply([linkSet({ name: end.device, state: "up" })]);
    const routes = this.#lostRoutes.get(keyOf(end)) ?? [];
    // Those to a subnet come by themselves, and those through it only then.
    const ordered = [...routes].sort(
      (a, b) => Number(a.via !== undefined) - Number(b.via !== undefined),
    );
    netlink.apply(ordered.map(routeReplace));
    this.#lostRoutes.delete(keyOf(end));
    for (const impaired of [at, ...this.#peersOf(at)]) {
      if (!this.#impaired.delete(keyOf(impaired))) continue;
      impair(this.#options.netlink(impaired.netns), impaired.device, {});
    }
  }

  #endToCut(at: FaultyDevice): End {
    return at.node === undefined ? this.#peerOf(at) : at;
  }

  #peersOf(at: FaultyDevice): readonly End[] {
    try {
      return [this.#peerOf(at)];
    } catch (error) {
      if (error instanceof RunError) return [];
      throw error;
    }
  }

  /** The switch's port, or a pod's device on its node. */
  #peerOf({ netns, device, node }: FaultyDevice): End {
    const { netlink, underlay } = this.#options;
    if (node === undefined) {
      const port = { netns: underlay, device: portName(netns, device) };
      const ports = netlink(underlay).links();
      if (ports.some(({ name }) => name === port.device)) return port;
    } else {
      const own = netlink(netns)
        .links()
        .find(({ name }) => name === device);
      const peer = netlink(node)
        .links()
        .find(({ index, linkIndex }) => index === own?.linkIndex && linkIndex === own?.index);
      if (peer !== undefined) return { netns: node, device: peer.name };
    }
    throw new RunError("RUN_BAD_REQUEST", `${netns}:${device} is no cable, and has no other end`, {
      hint: "name a machine's or a pod's eth0, or take `direction: out`",
    });
  }
}

function keyOf({ netns, device }: End): string {
  return `${netns} ${device}`;
}
