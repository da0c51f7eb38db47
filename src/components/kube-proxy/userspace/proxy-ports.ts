/**
 * Which service port has which proxy port. The real one takes what the kernel gives; here the next number
 * that is free, so that two runs give the same, below the node ports and the kernel's own choices.
 */
import type { ServicePort } from "../model/services/service-port.ts";

const FIRST = 20_000;
const LAST = 29_999;

/** A service port is known by its name and its protocol, whatever else about it changes. */
export function portalKey({ name, protocol }: Pick<ServicePort, "name" | "protocol">): string {
  return `${name} ${protocol}`;
}

export class ProxyPorts {
  readonly #byKey = new Map<string, number>();
  readonly #taken = new Set<number>();

  /** Asking again for a key gives the same. @throws RangeError when ten thousand are taken. */
  portOf(key: string): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    for (let port = FIRST; port <= LAST; port++) {
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      this.#byKey.set(key, port);
      return port;
    }
    throw new RangeError("every proxy port is taken");
  }

  release(key: string): void {
    const port = this.#byKey.get(key);
    if (port === undefined) return;
    this.#byKey.delete(key);
    this.#taken.delete(port);
  }
}
