/** A step towards the virtual servers that should be, as `ipvsadm --restore` takes it, and people read it. */
import { formatSocketAddress } from "../../../../net/ip-address.ts";
import type { IpvsChange, ServerAddress } from "../../../../wire/netlink/ipvs/ipvs.ts";

const SERVICE_FLAGS: Readonly<Record<ServerAddress["protocol"], string>> = {
  tcp: "-t",
  udp: "-u",
  sctp: "--sctp-service",
};

const VERBS: Readonly<Record<IpvsChange["type"], string>> = {
  add: "-A",
  edit: "-E",
  delete: "-D",
  "add-real": "-a",
  "edit-real": "-e",
  "delete-real": "-d",
};

/** `-a -t 10.96.0.10:53 -r 10.244.1.2:53 -m -w 1`. */
export function ipvsadmLine(change: IpvsChange): string {
  const { protocol, address, port } = change.server;
  const at = `${SERVICE_FLAGS[protocol]} ${formatSocketAddress(address, port)}`;
  return [VERBS[change.type], at, ...options(change)].join(" ");
}

function options(change: IpvsChange): readonly string[] {
  switch (change.type) {
    case "add":
    case "edit": {
      const { scheduler, byPort, persistentSeconds } = change;
      return [
        `-s ${scheduler}`,
        ...(byPort ? ["-b mh-port"] : []),
        ...(persistentSeconds === undefined ? [] : [`-p ${persistentSeconds}`]),
      ];
    }
    case "delete":
      return [];
    default: {
      const { address, port } = change.real;
      const real = `-r ${formatSocketAddress(address, port)}`;
      return change.type === "delete-real" ? [real] : [real, "-m", `-w ${change.weight}`];
    }
  }
}
