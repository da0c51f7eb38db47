/** Predictions in a running lab: from what the kernels of its nodes have at this moment. */

import type { ProxyMode } from "../../components/kube-proxy/config/config.ts";
import { joinIpvsText } from "../../components/kube-proxy/ipvs/text/ipvs-text.ts";
import { IPVS_DEVICE } from "../../components/kube-proxy/ipvs/wanted/bound-addresses.ts";
import { ipvsIn } from "../../kernel/rules/ipvs.ts";
import { iptablesSave, nftPrintTable } from "../../kernel/rules/rules.ts";
import { addressBits } from "../../net/cidr.ts";
import { familyOf, type IpFamily } from "../../net/ip-address.ts";
import type { LiveLab } from "../live/live-lab.ts";
import type { PredictedLab } from "./predict-flow.ts";

export function livePrediction(lab: LiveLab): PredictedLab {
  const { topology } = lab.request;
  return {
    topology,
    store: lab.cluster.store,
    places: lab.places,
    addressesOf: (node) => lab.machines.ownAddresses(node),
    rulesOn: async (name, family) => {
      const mode = topology.nodes.find((node) => node.name === name)?.proxy.mode ?? "iptables";
      return { mode, text: await rulesOf(lab, name, { mode, family }) };
    },
  };
}

async function rulesOf(
  { machines, cluster }: LiveLab,
  node: string,
  { mode, family }: { readonly mode: ProxyMode; readonly family: IpFamily },
): Promise<string> {
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.netns(node);
  switch (mode) {
    case "nftables":
      return (await nftPrintTable(netns, family === "ipv4" ? "ip" : "ip6")) ?? "";
    case "ipvs": {
      const { ipvsSave, ipsetSave, boundAddresses } = ipvsIn(netns, machines.netlink(node));
      const [servers, sets, rules] = await Promise.all([
        ipvsSave(),
        ipsetSave(),
        iptablesSave(netns, { family }),
      ]);
      const own = boundAddresses(IPVS_DEVICE)?.filter((each) => familyOf(each) === family) ?? [];
      const bits = addressBits(family);
      return joinIpvsText({
        addresses: own.map((address) => `address add ${address}/${bits} dev ${IPVS_DEVICE}`),
        servers: servers.split("\n"),
        sets: sets.split("\n"),
        rules: rules.split("\n"),
      });
    }
    case "userspace": {
      const besides = cluster.proxiesOn(node).flatMap((proxy) => proxy.besides);
      return [await iptablesSave(netns, { family }), ...besides].join("\n");
    }
    case "iptables":
      return iptablesSave(netns, { family });
  }
}
