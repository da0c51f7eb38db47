/** For tests: a lab that does what a table says, and fails on what is not in it. */
import { ipAddress } from "../../net/ip-address.ts";
import { Places } from "../live/places/places.ts";
import type { ScenarioLab } from "../scenario/scenario-lab.ts";
import { sampleStore, sampleTopology } from "./sample-lab.ts";

export function fakeLab(table: Partial<ScenarioLab>): ScenarioLab {
  const places = new Places({
    topology: sampleTopology,
    store: sampleStore(),
    addressesIn: (netns) => (netns === "node01" ? [ipAddress("192.168.0.11")] : []),
  });
  const unexpected = (call: string): never => {
    throw new Error(`nobody expects ${call}`);
  };
  return {
    name: "sample",
    places,
    probe: () => unexpected("probe"),
    walk: async (probe, signal) => {
      const none = { packet: undefined, passages: [] };
      const answer = await table.probe?.(probe, signal);
      if (answer === undefined) return unexpected("walk");
      return { probe: answer, there: none, back: none, owners: {}, lost: 0 };
    },
    capture: () => unexpected("capture"),
    exec: () => unexpected("exec"),
    apply: () => unexpected("apply"),
    delete: () => unexpected("delete"),
    scale: () => unexpected("scale"),
    rollout: () => unexpected("rollout"),
    describeRollout: () => unexpected("describeRollout"),
    fail: () => unexpected("fail"),
    heal: () => unexpected("heal"),
    impair: () => unexpected("impair"),
    kill: () => unexpected("kill"),
    wait: () => unexpected("wait"),
    describeWait: () => unexpected("describeWait"),
    writeSnapshot: () => unexpected("writeSnapshot"),
    ...table,
  };
}
