/** Predictions in a running lab: from what the kernels of its nodes have at this moment. */
import { iptablesSave, nftPrintTable } from "../../kernel/rules.ts";
import type { LiveLab } from "../live/live-lab.ts";
import type { PredictedLab } from "./predict-flow.ts";

export function livePrediction({ request, cluster, places, machines }: LiveLab): PredictedLab {
  const { topology } = request;
  return {
    topology,
    store: cluster.store,
    places,
    addressesOf: (node) => machines.addressesIn(node),
    rulesOn: async (name) => {
      const mode = topology.nodes.find((node) => node.name === name)?.proxy.mode ?? "iptables";
      // biome-ignore lint/nursery/useDisposables: the machines own it.
      const netns = machines.netns(name);
      if (mode !== "nftables") return { mode, text: await iptablesSave(netns) };
      return { mode, text: (await nftPrintTable(netns, "ip")) ?? "" };
    },
  };
}
