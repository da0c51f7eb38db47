import type { NetlinkRequest } from "../wire/netlink/message.ts";
import type { Netns } from "./netns.ts";
import { Rtnetlink } from "./rtnetlink.ts";

/** `lo` is the first device of every netns. */
const LOOPBACK_IFINDEX = 1;

/**
 * Requests to one netns, held back until they can travel together, and the
 * numbers of its devices: rtnetlink wants numbers where a plan has names.
 */
export class PlanSession implements Disposable {
  readonly #rtnetlink: Rtnetlink;
  readonly #indexByName = new Map([["lo", LOOPBACK_IFINDEX]]);
  #pending: NetlinkRequest[] = [];

  private constructor(rtnetlink: Rtnetlink) {
    this.#rtnetlink = rtnetlink;
  }

  static open(netns: Netns): PlanSession {
    return new PlanSession(Rtnetlink.open(netns));
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

  /** Asks for the numbers of many devices at once. */
  resolve(names: readonly string[]): void {
    const unknown = [...new Set(names)].filter((name) => !this.#indexByName.has(name));
    if (unknown.length === 0) return;
    this.flush();
    for (const { name, index } of this.#rtnetlink.linksByName(unknown)) {
      this.#indexByName.set(name, index);
    }
  }

  /** @throws KernelError ENODEV when there is no such device. */
  index(name: string): number {
    this.resolve([name]);
    // Resolved or thrown: the kernel answers with the name it was asked for.
    return this.#indexByName.get(name) ?? 0;
  }

  [Symbol.dispose](): void {
    this.#rtnetlink[Symbol.dispose]();
  }
}
