import { addressAt, blockSize, type Cidr, contains } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";

/**
 * One block of the pool and who has which of its addresses, after calico's libcalico-go/lib/ipam/ipam_block.go.
 *
 * Addresses are given in order, and one that comes back goes to the end of the row: what still remembers a pod that is gone
 * does not soon find another at its address.
 */
export class Block {
  readonly cidr: Cidr;
  /** The node that it has an affinity to. */
  readonly node: string;
  readonly #unallocated: IpAddress[];
  readonly #addressByOwner = new Map<string, IpAddress>();

  constructor(cidr: Cidr, node: string) {
    this.cidr = cidr;
    this.node = node;
    const size = Number(blockSize(cidr));
    // The first and the last are addresses like any other: a block is no subnet.
    this.#unallocated = Array.from({ length: size }, (_, index) => addressAt(cidr, index));
  }

  /** Undefined when all are taken. */
  take(owner: string): IpAddress | undefined {
    const address = this.#unallocated.shift();
    if (address !== undefined) this.#addressByOwner.set(owner, address);
    return address;
  }

  /** The address that `owner` had; undefined when it had none of this block. */
  giveBack(owner: string): IpAddress | undefined {
    const address = this.#addressByOwner.get(owner);
    if (address === undefined) return undefined;
    this.#addressByOwner.delete(owner);
    this.#unallocated.push(address);
    return address;
  }

  owns(address: IpAddress): boolean {
    return contains(this.cidr, address);
  }
}
