/** What labs of some files need besides what every lab does: for setup, which installs no more than is used. */

import type { AnyObject } from "../api/kinds.ts";
import type { Need } from "../kernel/need.ts";
import type { Plugin } from "../topology/plugin.ts";
import { InvalidTopologyError } from "../topology/problem.ts";
import type { Step } from "../topology/scenario.ts";
import { type LabPlan, load } from "./load.ts";

/** A file with mistakes needs nothing: whoever runs it is told of them. */
export function needsOfFile(file: string): readonly Need[] {
  try {
    return needsOf(load(file));
  } catch (error) {
    if (error instanceof InvalidTopologyError) return [];
    throw error;
  }
}

const pluginNeeds: Readonly<Record<Plugin["type"], readonly Need[]>> = {
  bridge: [],
  flannel: ["network plugin flannel"],
  weave: ["network plugin weave"],
  calico: ["network plugin calico"],
  exec: ["network plugin exec"],
};

function needsOf({ topology, objects, scenarios }: LabPlan): readonly Need[] {
  const { controlPlane, network, nodes, underlay } = topology;
  const applied = scenarios.flatMap(({ steps }) => steps.flatMap(objectsIn));
  const all = [...objects, ...applied];
  const modes = new Set(nodes.map(({ proxy }) => proxy.mode));
  return [
    ...pluginNeeds[network.plugin.type],
    ...when(
      underlay.routers.some(({ asNumber }) => asNumber !== undefined),
      "routers that speak BGP",
    ),
    ...when(modes.has("nftables"), "kube-proxy mode nftables"),
    ...when(modes.has("ipvs"), "kube-proxy mode ipvs"),
    ...when(controlPlane.store === "etcd", "store etcd"),
    ...when(
      all.some(({ kind }) => kind === "NetworkPolicy"),
      "network policies",
    ),
  ];
}

function objectsIn(step: Step): readonly AnyObject[] {
  switch (step.type) {
    case "apply":
      return step.objects;
    case "during":
    case "parallel":
      return step.steps.flatMap(objectsIn);
    default:
      return [];
  }
}

function when(isSo: boolean, need: Need): readonly Need[] {
  return isSo ? [need] : [];
}
