/** The kernel's load balancers of one netns, with the sets and the device that belong to them. */
import { formatSocketAddress, type IpAddress } from "../../net/ip-address.ts";
import { type AddressChange, addressesOn, bindAddresses } from "../devices/dummy-device.ts";
import type { Rtnetlink } from "../devices/rtnetlink.ts";
import type { Netns } from "../netns.ts";
import { writeSysctls } from "../sysctl.ts";
import { runRestore } from "./restore.ts";
import { ipsetRestore } from "./rules.ts";

/** Where a virtual server is. */
interface ServerAddress {
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly address: IpAddress;
  readonly port: number;
}

/** Programs reject with ProgramError, what is done without one throws KernelError. */
export interface NodeIpvs {
  /** `ipvsadm --restore`: commands, one a line. It goes on after one that is refused, and then rejects. */
  readonly ipvsRestore: (commands: string) => Promise<void>;
  /** `ipvsadm --list --numeric`, of all virtual servers or of one. */
  readonly ipvsList: (server?: ServerAddress) => Promise<string>;
  /** `ipvsadm --save --numeric`: commands that would make what is there. */
  readonly ipvsSave: () => Promise<string>;
  /** `ipvsadm --set`, in seconds; 0 leaves what is. */
  readonly ipvsTimeouts: (
    seconds: readonly [tcp: number, tcpFin: number, udp: number],
  ) => Promise<void>;
  /** `ipset restore -exist` */
  readonly ipsetRestore: (commands: string) => Promise<void>;
  /** `ipset save` */
  readonly ipsetSave: () => Promise<string>;
  /** Below /proc/sys, with slashes. */
  readonly writeSysctls: (values: Readonly<Record<string, string>>) => void;
  /** Makes the device, of kind dummy and down, unless it is there; then gives and takes addresses. */
  readonly bindAddresses: (device: string, change: AddressChange) => void;
  /** The addresses on the device; undefined when there is none. */
  readonly boundAddresses: (device: string) => readonly IpAddress[] | undefined;
}

/** `netlink` is of the same netns. */
export function ipvsIn(netns: Netns, netlink: Rtnetlink): NodeIpvs {
  const run = async (file: string, args: readonly string[], input?: string): Promise<string> =>
    (await runRestore({ netns, file, args, ...(input !== undefined && { input }) })).stdout;
  return {
    ipvsRestore: async (commands) => void (await run("ipvsadm", ["--restore"], commands)),
    ipvsList: (server) =>
      run("ipvsadm", ["--list", "--numeric", ...(server ? argsOf(server) : [])]),
    ipvsSave: () => run("ipvsadm", ["--save", "--numeric"]),
    ipvsTimeouts: async (seconds) =>
      void (await run("ipvsadm", ["--set", ...seconds.map((value) => String(value))])),
    ipsetRestore: (commands) => ipsetRestore(netns, commands),
    ipsetSave: () => run("ipset", ["save"]),
    writeSysctls: (values) => writeSysctls(netns, values),
    bindAddresses: (device, change) => bindAddresses(netlink, device, change),
    boundAddresses: (device) => addressesOn(netlink, device),
  };
}

function argsOf({ protocol, address, port }: ServerAddress): readonly string[] {
  return [`--${protocol}-service`, formatSocketAddress(address, port)];
}
