import { PodwireError } from "../../base/podwire-error.ts";
import { blockSize, type Cidr, formatCidr, hostCidr, subnetAt } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { Block } from "./block.ts";

/** The pool has no address left. */
class PoolExhaustedError extends PodwireError {
  readonly code = "IPAM_EXHAUSTED";
  readonly exitCode = 1;
}

interface Loan {
  readonly node: string;
  readonly address: IpAddress;
}

/**
 * Which pod has which address of the pool, after calico's libcalico-go/lib/ipam.
 *
 * A node takes addresses from blocks that it has an affinity to, and takes a further block when those are full. When
 * no block is left it borrows single addresses of others' blocks.
 */
export class BlockIpam {
  readonly #pool: Cidr;
  readonly #prefixLength: number;
  readonly #count: number;
  /** By number in the pool, in the order in which they were claimed. */
  readonly #blocks = new Map<number, Block>();
  /** Borrowed addresses, by owner. */
  readonly #loans = new Map<string, Loan>();

  constructor(pool: Cidr, prefixLength: number) {
    this.#pool = pool;
    this.#prefixLength = Math.max(prefixLength, pool.prefixLength);
    this.#count = Number(
      blockSize(pool) / blockSize({ ...pool, prefixLength: this.#prefixLength }),
    );
  }

  /**
   * An address for `owner` on `node`.
   *
   * @throws PoolExhaustedError when no block of the pool has one left.
   */
  allocate(node: string, owner: string): IpAddress {
    for (const block of this.#of(node)) {
      const address = block.take(owner);
      if (address !== undefined) return address;
    }
    return this.#claim(node)?.take(owner) ?? this.#borrow(node, owner);
  }

  /** Nothing happens when `owner` has none. */
  release(owner: string): void {
    this.#loans.delete(owner);
    for (const block of this.#blocks.values()) {
      if (block.giveBack(owner) !== undefined) return;
    }
  }

  /** The blocks that are the node's: all that others need to know of it, but for {@link borrowedBy}. */
  blocksOf(node: string): readonly Cidr[] {
    return this.#of(node).map(({ cidr }) => cidr);
  }

  /** Addresses of others' blocks that are on this node, as blocks of one. */
  borrowedBy(node: string): readonly Cidr[] {
    return [...this.#loans.values()]
      .filter((loan) => loan.node === node)
      .map(({ address }) => hostCidr(address));
  }

  #of(node: string): readonly Block[] {
    return [...this.#blocks.values()].filter((block) => block.node === node);
  }

  /** Begins to look where the node's name says, so that nodes seldom want the same one. */
  #claim(node: string): Block | undefined {
    const start = fnv1a(node) % this.#count;
    for (let step = 0; step < this.#count; step++) {
      const number = (start + step) % this.#count;
      if (this.#blocks.has(number)) continue;
      const block = new Block(subnetAt(this.#pool, this.#prefixLength, number), node);
      this.#blocks.set(number, block);
      return block;
    }
    return undefined;
  }

  #borrow(node: string, owner: string): IpAddress {
    for (const block of this.#blocks.values()) {
      const address = block.take(owner);
      if (address === undefined) continue;
      this.#loans.set(owner, { node, address });
      return address;
    }
    throw new PoolExhaustedError(`every address of ${formatCidr(this.#pool)} is taken`, {
      hint: "write a larger podCIDR",
    });
  }
}

/** The hash that calico seeds its choice of a block with; FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
