/** Devices: those of the fabric made as a lab makes them, the others by ip(8). */

import type { Netns } from "../netns.ts";
import { applyPlan } from "../plan/apply-plan.ts";
import type { LinkPlan } from "../plan/plan.ts";
import type { Need } from "../programs/need.ts";
import { runRestore } from "../rules/restore.ts";
import type { Check, CheckGroup } from "./check.ts";

const VXLAN_PORT = 8472;

export const devices: CheckGroup<Netns> = {
  name: "devices",
  checks: [
    { name: "named network namespace", neededBy: ["labs"], attempt: (netns) => netns.enter(noop) },
    {
      name: "veth",
      neededBy: ["labs"],
      modules: ["veth"],
      attempt: (netns) =>
        make(netns, { type: "veth", name: "eth0", peer: { netns: netns.name, name: "peer0" } }),
    },
    {
      name: "bridge",
      neededBy: ["labs"],
      modules: ["bridge"],
      attempt: (netns) => make(netns, { type: "bridge", name: "bridge0", nfCallIptables: false }),
    },
    {
      name: "VXLAN",
      neededBy: [
        "network plugin flannel",
        "network plugin weave",
        "network plugin calico with VXLAN",
      ],
      modules: ["vxlan"],
      attempt: (netns) =>
        make(netns, {
          type: "vxlan",
          name: "vxlan0",
          vni: 1,
          port: VXLAN_PORT,
          learning: false,
          udpChecksum: true,
        }),
    },
    byIp("dummy", ["kube-proxy mode ipvs"], "link add dummy0 up type dummy", "dummy"),
    byIp(
      "IPIP",
      ["network plugin calico with IPIP"],
      "link add ipip0 up type ipip local 192.168.0.14 remote 192.168.0.16",
      "ipip",
    ),
    // Nothing of podwire's own makes these; a plugin of somebody's may, as the usual `vrf` and `tap` do.
    byIp(
      "GRE",
      ["network plugin exec with GRE"],
      "link add gre1 up type gre local 192.168.0.14 remote 192.168.0.16",
      "ip_gre",
    ),
    byIp("VRF", ["network plugin exec with VRF"], "link add vrf0 up type vrf table 10", "vrf"),
    {
      ...byIp("TUN", ["network plugin exec with TUN"], "tuntap add dev tun0 mode tun", "tun"),
      // What udev makes it, so that capabilities decide.
      fix: "chmod 0666 /dev/net/tun",
    },
  ],
};

function byIp(
  name: string,
  neededBy: readonly Need[],
  command: string,
  module: string,
): Check<Netns> {
  return {
    name,
    neededBy,
    program: "ip",
    modules: [module],
    attempt: (netns) => runRestore({ netns, file: "ip", args: command.split(" ") }),
  };
}

function make(netns: Netns, link: LinkPlan): void {
  applyPlan({ netns: netns.name, links: [link] }, new Map([[netns.name, netns]]));
}

function noop(): void {
  // To have been there is all.
}
