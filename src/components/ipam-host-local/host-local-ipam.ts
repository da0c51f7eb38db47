import { PodwireError } from "../../base/podwire-error.ts";
import { addressAt, blockSize, type Cidr, formatCidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";

/** The node's share has no address left. */
export class AddressesExhaustedError extends PodwireError {
  readonly code = "IPAM_EXHAUSTED";
  readonly exitCode = 1;
}

/**
 * Which pod has which address of one node's share, after the `host-local` CNI plugin.
 *
 * The next address is the one after the last that was given, also when lower ones are free
 * again: what still remembers a pod that is gone does not find another at its address. The network's, the
 * broadcast and the gateway's address, which is the first, are never given.
 */
export class HostLocalIpam {
  readonly #block: Cidr;
  readonly #first: bigint;
  readonly #last: bigint;
  readonly #addressByOwner = new Map<string, IpAddress>();
  readonly #reserved = new Set<IpAddress>();
  #lastGiven: bigint;

  constructor(podCIDR: Cidr) {
    this.#block = podCIDR;
    this.#first = 2n;
    this.#last = blockSize(podCIDR) - 2n;
    this.#lastGiven = this.#first - 1n;
  }

  /**
   * Asking again for an owner that has one gives the same.
   *
   * @throws AddressesExhaustedError when all are taken.
   */
  allocate(owner: string): IpAddress {
    const present = this.#addressByOwner.get(owner);
    if (present !== undefined) return present;
    const free = this.#nextFree();
    this.#addressByOwner.set(owner, free);
    this.#reserved.add(free);
    return free;
  }

  /** Nothing happens when `owner` has none. */
  release(owner: string): void {
    const address = this.#addressByOwner.get(owner);
    if (address === undefined) return;
    this.#addressByOwner.delete(owner);
    this.#reserved.delete(address);
  }

  #nextFree(): IpAddress {
    for (let step = this.#first; step <= this.#last; step++) {
      this.#lastGiven = this.#lastGiven >= this.#last ? this.#first : this.#lastGiven + 1n;
      const address = addressAt(this.#block, this.#lastGiven);
      if (!this.#reserved.has(address)) return address;
    }
    throw new AddressesExhaustedError(`no IP addresses available in range set: ${this.#range()}`, {
      hint: "give nodes a larger share: a smaller network.nodeCIDRMaskSize",
    });
  }

  /** As the plugin prints it: from the gateway's address, which is of the range too. */
  #range(): string {
    if (this.#last < this.#first) return formatCidr(this.#block);
    return `${addressAt(this.#block, this.#first - 1n)}-${addressAt(this.#block, this.#last)}`;
  }
}
