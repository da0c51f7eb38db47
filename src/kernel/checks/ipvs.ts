/** Sets by type, of kube-proxy's ipvs mode and of others, and virtual servers. */
import { ipAddress } from "../../net/ip-address.ts";
import { setLoopbackUp } from "../devices/loopback.ts";
import type { Netns } from "../netns.ts";
import type { Need } from "../programs/need.ts";
import { IpvsNetlink } from "../rules/ipvs-netlink.ts";
import { ipsetRestore } from "../rules/rules.ts";
import type { Check, CheckGroup } from "./check.ts";

const ipvsMode: readonly Need[] = ["kube-proxy mode ipvs"];

const server = { protocol: "tcp", address: ipAddress("10.96.0.10"), port: 53 } as const;
const real = { address: ipAddress("10.244.1.2"), port: 53 };

export const ipvs: CheckGroup<Netns> = {
  name: "ipset and IPVS",
  checks: [
    set("hash:ip", "192.168.0.14", ipvsMode),
    set("hash:net", "10.244.1.0/24", ["network policies", "network plugin weave"]),
    set("hash:ip,port", "10.96.0.10,udp:53", ["kube-proxy mode ipvs", "network policies"]),
    set("hash:ip,port,ip", "10.244.1.2,tcp:8080,10.244.1.2", ipvsMode),
    set("hash:ip,port,net", "198.51.100.1,tcp:80,203.0.113.0/24", ipvsMode),
    set("bitmap:port", "30080", ipvsMode, " range 0-65535"),
    {
      name: "virtual server",
      neededBy: ipvsMode,
      modules: ["ip_vs", "ip_vs_rr"],
      attempt: (netns) => {
        // Where no device is up there are no routes, and IPVS takes every real server for a broadcast.
        netns.enter(setLoopbackUp);
        IpvsNetlink.of(netns).apply([
          { type: "add", server, scheduler: "rr", persistentSeconds: undefined, byPort: false },
          { type: "add-real", server, real, weight: 1 },
        ]);
      },
    },
  ],
};

/** `options` follow the type in `ipset create`. */
function set(
  type: string,
  entry: string,
  neededBy: readonly Need[],
  options: string = "",
): Check<Netns> {
  return {
    name: `set ${type}`,
    neededBy,
    program: "ipset",
    modules: [`ip_set_${type.replace(":", "_").replaceAll(",", "")}`],
    attempt: (netns) => ipsetRestore(netns, `create K ${type}${options}\nadd K ${entry}\n`),
  };
}
