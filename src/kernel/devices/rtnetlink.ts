/** What the kernel knows of one netns's devices, addresses, routes and neighbours, by name. */

import { decodeLink, type Link, linkDump, linkGet } from "../../wire/netlink/devices/link.ts";
import type { NetlinkRequest } from "../../wire/netlink/message.ts";
import {
  addressDump,
  decodeAddress,
  type InterfaceAddress,
} from "../../wire/netlink/rtnetlink/address.ts";
import { decodeFdbEntry, type FdbEntry, fdbDump } from "../../wire/netlink/rtnetlink/fdb.ts";
import {
  decodeNeighbour,
  type Neighbour,
  neighbourDump,
} from "../../wire/netlink/rtnetlink/neighbour.ts";
import { decodeRoute, type Route, routeDump } from "../../wire/netlink/rtnetlink/route.ts";
import type { Netns } from "../netns.ts";
import { deviceIndex, deviceRuns } from "./device-ioctl.ts";
import { turnOffloadsOff } from "./ethtool.ts";
import { NetlinkSocket } from "./netlink-socket.ts";

/** An entry with the name of the device that its `index` means. */
export type OnDevice<T> = T & { readonly device: string };

const RT_TABLE_MAIN = 254;
/** Devices asked for at once: their descriptions, four kilobytes of kernel memory apiece, must fit into the receive buffer. */
const CHUNK = 32;

const byNetns = new WeakMap<Netns, Rtnetlink>();

/**
 * rtnetlink in one netns: requests in batches, and what there is as typed lists. Everything is
 * synchronous; a list of a hundred devices takes a millisecond.
 */
export class Rtnetlink implements Disposable {
  readonly #socket: NetlinkSocket;

  private constructor(socket: NetlinkSocket) {
    this.#socket = socket;
  }

  /** Of its netns, for errors. */
  get netnsName(): string {
    return this.#socket.netnsName;
  }

  /** The netns may be disposed before this; the socket keeps it alive. */
  static open(netns: Netns): Rtnetlink {
    return new Rtnetlink(new NetlinkSocket(netns));
  }

  /** The one of this handle of a netns, made when first asked for. It ends with the handle, and by nobody else. */
  static of(netns: Netns): Rtnetlink {
    const known = byNetns.get(netns);
    if (known !== undefined) return known;
    const made = Rtnetlink.open(netns);
    byNetns.set(netns, made);
    netns.defer(() => made[Symbol.dispose]());
    return made;
  }

  /**
   * Does all of `requests`, as the `linkAdd…`, `addressAdd`, `routeReplace`… of wire/netlink make them.
   *
   * @throws KernelError for the first that the kernel refuses; the others are done nevertheless.
   */
  apply(requests: readonly NetlinkRequest[]): void {
    this.#socket.request(requests);
  }

  /** The number of a device, or undefined when there is none of that name. */
  index(name: string): number | undefined {
    return deviceIndex(this.#socket, name);
  }

  /** Whether it is up and has a carrier. Cheap, and a moment early: `operational` of {@link links} is certain. */
  runs(name: string): boolean {
    return deviceRuns(this.#socket, name);
  }

  /** Equivalent to: `ethtool -K $device gro off gso off tso off tx off`. @throws KernelError ENODEV */
  offloadsOff(devices: readonly string[]): void {
    turnOffloadsOff(this.#socket, devices);
  }

  /**
   * The devices of these names, in this order.
   *
   * @throws KernelError ENODEV when one does not exist.
   */
  linksByName(names: readonly string[]): Link[] {
    return inChunks(names, CHUNK).flatMap((chunk) =>
      this.#socket
        .request(chunk.map(linkGet))
        .flatMap((answer) => (answer === undefined ? [] : [decodeLink(answer)])),
    );
  }

  /** By number: older kernels (6.1) list them in the order of a hash table. Equivalent to: `ip -details link` */
  links(): Link[] {
    return this.#socket
      .dump(linkDump())
      .map(decodeLink)
      .toSorted((a, b) => a.index - b.index);
  }

  /** Equivalent to: `ip address` */
  addresses(): Array<OnDevice<InterfaceAddress>> {
    return this.#named(this.addressesByIndex());
  }

  /** The same without the names of devices, which take a list of them all. */
  addressesByIndex(): InterfaceAddress[] {
    return this.#dump(addressDump(), decodeAddress);
  }

  /** Those of table main. `device` is undefined for a blackhole and the like. Equivalent to: `ip route; ip -6 route` */
  routes(): Array<Route & { readonly device: string | undefined }> {
    const nameByIndex = this.#nameByIndex();
    return this.#dump(routeDump(), decodeRoute)
      .filter(({ table }) => table === RT_TABLE_MAIN)
      .map((route) => ({
        ...route,
        device: route.index === undefined ? undefined : nameByIndex.get(route.index),
      }));
  }

  /** Equivalent to: `ip neigh` */
  neighbours(): Array<OnDevice<Neighbour>> {
    return this.#named(this.#dump(neighbourDump(), decodeNeighbour));
  }

  /** Equivalent to: `bridge fdb` */
  fdb(): Array<OnDevice<FdbEntry>> {
    return this.#named(this.#dump(fdbDump(), decodeFdbEntry));
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  #dump<T>(request: NetlinkRequest, decode: (payload: Uint8Array) => T | undefined): T[] {
    return this.#socket
      .dump(request)
      .map(decode)
      .filter((entry) => entry !== undefined);
  }

  #nameByIndex(): Map<number, string> {
    return new Map(this.links().map(({ index, name }) => [index, name]));
  }

  /** A device that vanished between the two dumps leaves its number. */
  #named<T extends { readonly index: number }>(entries: readonly T[]): Array<OnDevice<T>> {
    const nameByIndex = this.#nameByIndex();
    return entries.map((entry) => ({
      ...entry,
      device: nameByIndex.get(entry.index) ?? `if${entry.index}`,
    }));
  }
}

function inChunks<T>(entries: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(entries.length / length) }, (_, index) =>
    entries.slice(index * length, (index + 1) * length),
  );
}
