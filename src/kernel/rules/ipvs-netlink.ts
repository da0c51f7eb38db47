/** The load balancers of one netns, by netlink: what `ipvsadm` does, without a program. */
import { HostError, KernelError } from "../../base/podwire-error.ts";
import { decodeFamily, familyGet, type GenericRequest } from "../../wire/netlink/generic.ts";
import {
  type CountedRealServer,
  decodeRealServer,
  decodeVirtualServer,
  type IpvsChange,
  type IpvsTimeouts,
  ipvsChange,
  ipvsTimeoutsSet,
  realServerDump,
  type Scheduling,
  type ServerAddress,
  virtualServerDump,
  virtualServerGet,
} from "../../wire/netlink/ipvs/ipvs.ts";
import { IPVS_GENL_NAME } from "../../wire/netlink/ipvs/ipvs-message.ts";
import type { NetlinkRequest } from "../../wire/netlink/message.ts";
import { NetlinkSocket } from "../devices/netlink-socket.ts";
import type { Netns } from "../netns.ts";

/** A virtual server as it is at this moment. */
export interface CountedServer extends ServerAddress, Scheduling {
  readonly realServers: readonly CountedRealServer[];
}

const byNetns = new WeakMap<Netns, IpvsNetlink>();

/** Everything is synchronous. Of others' virtual servers those of firewall marks are passed over. */
export class IpvsNetlink {
  readonly #socket: NetlinkSocket;
  /** What the kernel calls the family. */
  readonly #type: number;

  private constructor(socket: NetlinkSocket, type: number) {
    this.#socket = socket;
    this.#type = type;
  }

  /**
   * The one of this handle of a netns, made when first asked for; it ends with the handle.
   *
   * @throws HostError when the kernel has no IPVS, nor a module of it.
   */
  static of(netns: Netns): IpvsNetlink {
    const known = byNetns.get(netns);
    if (known !== undefined) return known;
    const socket = new NetlinkSocket(netns, "generic");
    const made = new IpvsNetlink(socket, familyNumber(socket));
    netns.defer(() => socket[Symbol.dispose]());
    byNetns.set(netns, made);
    return made;
  }

  /**
   * Does all of them, in order.
   *
   * @throws KernelError for the first that the kernel refuses,
   *   `IPVS_CMD_NEW_DEST tcp 10.96.0.10:53 -> 10.244.1.2:53 in netns node01: EEXIST (…)`; the others are done nevertheless.
   */
  apply(changes: readonly IpvsChange[]): void {
    this.#socket.request(changes.map((change) => this.#toFamily(ipvsChange(change))));
  }

  setTimeouts(timeouts: IpvsTimeouts): void {
    this.#socket.request([this.#toFamily(ipvsTimeoutsSet(timeouts))]);
  }

  servers(): CountedServer[] {
    return this.#socket
      .dump(this.#toFamily(virtualServerDump()))
      .flatMap((payload) => this.#withRealServers(payload));
  }

  /** @throws KernelError ESRCH when there is none. */
  server(server: ServerAddress): CountedServer | undefined {
    const [payload] = this.#socket.request([this.#toFamily(virtualServerGet(server))]);
    return payload && this.#withRealServers(payload)[0];
  }

  #withRealServers(payload: Uint8Array): CountedServer[] {
    const server = decodeVirtualServer(payload);
    if (server === undefined) return [];
    const realServers = this.#socket
      .dump(this.#toFamily(realServerDump(server)))
      .flatMap((each) => decodeRealServer(each) ?? []);
    return [{ ...server, realServers }];
  }

  #toFamily(request: GenericRequest): NetlinkRequest {
    return { ...request, type: this.#type };
  }
}

/** Closes the socket where it fails. */
function familyNumber(socket: NetlinkSocket): number {
  try {
    const [payload] = socket.request([familyGet(IPVS_GENL_NAME)]);
    const number = payload && decodeFamily(payload);
    if (number !== undefined) return number;
  } catch (error) {
    socket[Symbol.dispose]();
    if (!(error instanceof KernelError && error.code === "KERNEL_ENOENT")) throw error;
  }
  throw new HostError("HOST_FEATURE", "this kernel has no IPVS", {
    hint: "load the kernel module ip_vs",
  });
}
