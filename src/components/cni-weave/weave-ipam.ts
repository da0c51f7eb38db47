import { PodwireError } from "../../base/podwire-error.ts";
import { addressAt, blockSize, type Cidr, formatCidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";

/** The peer's part of the range has no address left. */
class RangeExhaustedError extends PodwireError {
  readonly code = "IPAM_EXHAUSTED";
  readonly exitCode = 1;
}

/**
 * Which owner has which address of one peer's part: the lowest that is free, after weave's ipam/space.
 *
 * `.0` of a part is an address like any other, for the network is the whole range: only that
 * one's first and last are never given.
 */
export class WeaveIpam {
  readonly #part: Cidr;
  readonly #reserved: ReadonlySet<IpAddress>;
  readonly #addressByOwner = new Map<string, IpAddress>();
  readonly #taken = new Set<IpAddress>();
  /** Every address below is taken. */
  #lowestFree = 0n;

  constructor(part: Cidr, range: Cidr) {
    this.#part = part;
    this.#reserved = new Set([addressAt(range, 0), addressAt(range, blockSize(range) - 1n)]);
  }

  /**
   * Asking again for an owner that has one gives the same.
   *
   * @throws RangeExhaustedError when all are taken.
   */
  allocate(owner: string): IpAddress {
    const present = this.#addressByOwner.get(owner);
    if (present !== undefined) return present;
    const address = this.#nextFree();
    this.#addressByOwner.set(owner, address);
    this.#taken.add(address);
    return address;
  }

  /** Nothing happens when `owner` has none. */
  release(owner: string): void {
    const address = this.#addressByOwner.get(owner);
    if (address === undefined) return;
    this.#addressByOwner.delete(owner);
    this.#taken.delete(address);
    this.#lowestFree = 0n;
  }

  #nextFree(): IpAddress {
    for (let index = this.#lowestFree; index < blockSize(this.#part); index++) {
      const address = addressAt(this.#part, index);
      if (this.#taken.has(address) || this.#reserved.has(address)) continue;
      this.#lowestFree = index + 1n;
      return address;
    }
    throw new RangeExhaustedError(`every address of ${formatCidr(this.#part)} is taken`, {
      hint: "write a larger podCIDR",
    });
  }
}
