/** The kernel's load balancers of one netns, with the sets and the device that belong to them. */
import type { IpAddress } from "../../net/ip-address.ts";
import type { IpvsChange, IpvsTimeouts, ServerAddress } from "../../wire/netlink/ipvs/ipvs.ts";
import { type AddressChange, addressesOn, bindAddresses } from "../devices/dummy-device.ts";
import type { Rtnetlink } from "../devices/rtnetlink.ts";
import type { Netns } from "../netns.ts";
import { writeSysctls } from "../sysctl.ts";
import { type CountedServer, IpvsNetlink } from "./ipvs-netlink.ts";
import { runRestore } from "./restore.ts";
import { ipsetRestore } from "./rules.ts";

/** Programs reject with ProgramError; what is done without one throws KernelError, or HostError where the kernel has no IPVS. */
export interface NodeIpvs {
  /** Virtual servers and real ones, step by step. It goes on after a step that is refused, and then throws. */
  readonly changeServers: (changes: readonly IpvsChange[]) => void;
  /** All that there are, of both families. */
  readonly servers: () => readonly CountedServer[];
  /** @throws KernelError ESRCH when there is none. */
  readonly server: (server: ServerAddress) => CountedServer | undefined;
  readonly setTimeouts: (timeouts: IpvsTimeouts) => void;
  /** `ipvsadm --save --numeric`: commands that would make what is there. */
  readonly ipvsSave: () => Promise<string>;
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
  const run = async (file: string, args: readonly string[]): Promise<string> =>
    (await runRestore({ netns, file, args })).stdout;
  return {
    changeServers: (changes) => IpvsNetlink.of(netns).apply(changes),
    servers: () => IpvsNetlink.of(netns).servers(),
    server: (server) => IpvsNetlink.of(netns).server(server),
    setTimeouts: (timeouts) => IpvsNetlink.of(netns).setTimeouts(timeouts),
    ipvsSave: () => run("ipvsadm", ["--save", "--numeric"]),
    ipsetRestore: (commands) => ipsetRestore(netns, commands),
    ipsetSave: () => run("ipset", ["save"]),
    writeSysctls: (values) => writeSysctls(netns, values),
    bindAddresses: (device, change) => bindAddresses(netlink, device, change),
    boundAddresses: (device) => addressesOn(netlink, device),
  };
}
