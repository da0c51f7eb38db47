import type { NetlinkRequest } from "../../wire/netlink/message.ts";
import { Rtnetlink } from "../devices/rtnetlink.ts";
import { ENODEV } from "../errno.ts";
import { kernelError } from "../libc.ts";
import type { Netns } from "../netns.ts";

/** `lo` is the first device of every netns. */
const LOOPBACK_IFINDEX = 1;

/**
 * Requests to one netns, held back until they can travel together, and the
 * numbers of its devices: rtnetlink wants numbers where a plan has names.
 */
export class PlanSession {
  readonly #rtnetlink: Rtnetlink;
  readonly #indexByName = new Map([["lo", LOOPBACK_IFINDEX]]);
  #pending: NetlinkRequest[] = [];

  constructor(netns: Netns) {
    this.#rtnetlink = Rtnetlink.of(netns);
  }

  /** Sent by the next {@link flush}, or when a number must be asked for: it may be of a device still to be made. */
  queue(request: NetlinkRequest): void {
    this.#pending.push(request);
  }

  /** @throws KernelError of the first request that was refused. */
  flush(): void {
    const requests = this.#pending;
    this.#pending = [];
    this.#rtnetlink.apply(requests);
  }

  /** @throws KernelError ENODEV when there is no such device, also none among those still to be made. */
  index(name: string): number {
    const known = this.#indexByName.get(name);
    if (known !== undefined) return known;
    const index = this.#rtnetlink.index(name) ?? this.#indexAfterFlush(name);
    this.#indexByName.set(name, index);
    return index;
  }

  /** Whether a device is there already; those still to be made are not. */
  has(name: string): boolean {
    return this.#rtnetlink.index(name) !== undefined;
  }

  /** {@link flush}, and then turns offloads off. @throws KernelError */
  offloadsOff(devices: readonly string[]): void {
    this.flush();
    this.#rtnetlink.offloadsOff(devices);
  }

  #indexAfterFlush(name: string): number {
    this.flush();
    const index = this.#rtnetlink.index(name);
    if (index !== undefined) return index;
    throw kernelError(`find device ${name} in netns ${this.#rtnetlink.netnsName}`, ENODEV);
  }
}
