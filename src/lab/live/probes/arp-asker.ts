import { contains } from "../../../net/cidr.ts";
import type { IpAddress } from "../../../net/ip-address.ts";
import type { ArpAsker } from "../../../observe/probes/arp.ts";
import type { Machines } from "../machines/machines.ts";
import { RunError } from "../run-error.ts";

/** The device whose subnet the address is in, which is where ARP asks for it; `eth0` when it is in none. */
export function arpAsker(machines: Machines, start: string, target: IpAddress): ArpAsker {
  const netlink = machines.netlink(start);
  const addresses = netlink.addresses().filter(({ device }) => device !== "lo");
  const near = addresses.find(({ address }) => contains(address, target));
  const device = near?.device ?? "eth0";
  const own = near ?? addresses.find((each) => each.device === device);
  const mac = netlink.links().find(({ name }) => name === device)?.mac;
  if (mac === undefined) {
    throw new RunError("RUN_NO_ADDRESS", `${start} has no Ethernet device ${device} to ask on`);
  }
  return { device, mac, address: own?.address.address };
}
